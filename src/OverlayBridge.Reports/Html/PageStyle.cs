namespace OverlayBridge.Reports.Html;

/// <summary>The style sheet of every page: light and dark by the reader's setting or choice, narrow screens, paper.</summary>
internal static class PageStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--bg:light-dark(#f6f7f9,#0f141a);--card:light-dark(#fff,#171e27);--text:light-dark(#16202c,#e4e9ef);
        --soft:light-dark(#556272,#9aa7b5);--line:light-dark(#dde2e8,#2a3441);--accent:light-dark(#1d4ed8,#7fb0ff);
        --good:light-dark(#157347,#5fce93);--warn:light-dark(#9a5b00,#f3bb4c);--bad:light-dark(#b42318,#ff8a80);--crit:light-dark(#9b1c5c,#ff8fc4);
        --warn-bg:light-dark(#fff6e0,#2c2412);--bad-bg:light-dark(#feeceb,#331a19);--good-bg:light-dark(#e8f6ee,#14291e);
        --free:light-dark(#e6eaef,#242e3a);--reserved:light-dark(#7b8794,#8593a3);--used:light-dark(#3b82f6,#4f93ff);--fenced:light-dark(#8b5cf6,#a78bfa);
        --leaked:light-dark(#f0a30a,#f7b731);--unmarked:light-dark(#db2777,#f472b6);--duplicate:light-dark(#d92d20,#ff5c50)}
        :root:has(#colours-light:checked){color-scheme:light}:root:has(#colours-dark:checked){color-scheme:dark}
        *{box-sizing:border-box}
        html{scroll-behavior:smooth;scroll-padding-top:3.5rem}
        @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
        body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
        a{color:var(--accent)}
        :focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
        main:focus{outline:0}
        .skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.4rem .8rem;z-index:3}
        .card .skip:focus{position:static;display:inline-block;padding:0 .4rem}
        header,main,footer{max-width:76rem;margin:0 auto;padding:0 1rem}
        header{padding-top:1.5rem}
        .colours{float:right;display:flex;gap:.1rem;margin:0 0 .5rem 1rem;padding:0;border:0;font-size:.85rem}
        .colours legend{position:absolute;left:-999px}.colours label{cursor:pointer}
        .colours input{position:absolute;opacity:0}.colours span{padding:.15rem .5rem;border-radius:99px;color:var(--soft)}
        .colours input:checked+span{background:var(--card);color:var(--text);box-shadow:0 0 0 1px var(--line)}
        .colours input:focus-visible+span{outline:2px solid var(--accent)}
        h1{font-size:1.5rem;line-height:1.25;margin:0;overflow-wrap:anywhere}
        h2{font-size:1.15rem;margin:2.2rem 0 .7rem}
        h3{font-size:1rem;margin:0}
        .sub{color:var(--soft);margin:.25rem 0 0;overflow-wrap:anywhere}
        section>.sub{margin-bottom:.6rem}.more{margin-top:.5rem}
        nav{position:sticky;top:0;z-index:2;background:var(--bg);border-bottom:1px solid var(--line);margin-top:1rem}
        nav ul{max-width:76rem;margin:0 auto;padding:.45rem 1rem;list-style:none;display:flex;gap:.2rem 1.1rem;overflow-x:auto;white-space:nowrap}
        nav a{text-decoration:none}nav a:hover{text-decoration:underline}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:.7rem;margin:1.2rem 0 0;padding:0;list-style:none}
        .tiles.plain{margin-top:.7rem}
        .tiles li,.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem}
        .tiles b{display:block;font-size:1.6rem;line-height:1.2;font-variant-numeric:tabular-nums}
        .tiles span{color:var(--soft)}
        .tiles .none b{color:var(--soft);opacity:.6}
        .tiles .critical{border-left:4px solid var(--crit)}.tiles .error{border-left:4px solid var(--bad)}.tiles .warning{border-left:4px solid var(--warn)}
        .tiles .critical b{color:var(--crit)}.tiles .error b{color:var(--bad)}.tiles .warning b{color:var(--warn)}.tiles .good b,.verdict.good{color:var(--good)}
        .remarks{margin:0;padding:0;list-style:none;display:grid;gap:.5rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,30rem),1fr))}
        .remarks li{border-left:4px solid var(--warn);background:var(--warn-bg);border-radius:4px;padding:.5rem .8rem;overflow-wrap:anywhere}
        .remarks li.bad{border-color:var(--bad);background:var(--bad-bg)}
        .remarks li.good{border-color:var(--good);background:var(--good-bg)}
        .remarks li.plain{border-color:var(--line);background:var(--card)}
        .remarks.lines{grid-template-columns:1fr;margin-top:.9rem}.remarks progress{width:10rem;accent-color:var(--used);vertical-align:-.1em;margin-right:.3em}
        .remarks+.scroll,.scroll+.remarks{margin-top:.6rem}
        .remarks code{display:block;font-weight:600}
        .verdict{margin:0 0 .6rem}
        .severity{margin:1.2rem 0 .5rem;color:var(--soft)}
        .finding{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--line);border-radius:8px;padding:.7rem 1rem;margin-bottom:.6rem}
        .finding.critical{border-left-color:var(--crit)}.finding.error{border-left-color:var(--bad)}.finding.warning{border-left-color:var(--warn)}
        .finding h4{margin:0;font-size:1rem}.finding p{margin:.3rem 0;overflow-wrap:anywhere}
        .finding .where{font-weight:400;color:var(--soft);overflow-wrap:anywhere}
        .finding dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.4rem 0 0;font-size:.93rem}
        .finding dt{color:var(--soft)}.finding dd{margin:0;overflow-wrap:anywhere;min-width:0}
        .finding ul{margin:.3rem 0 0;padding-left:1.2rem;font-size:.93rem}.finding li{overflow-wrap:anywhere}
        article:target,tr:target td{background:var(--good-bg)}
        .scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:8px}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th,td{text-align:left;vertical-align:top;padding:.4rem .8rem;white-space:nowrap}
        td{border-top:1px solid var(--line)}
        tr:has(>td:first-child:empty) td{border-top:0;padding-top:0}
        th{font-size:.8rem;color:var(--soft);font-weight:600}
        td.wrap{white-space:normal;overflow-wrap:anywhere;min-width:14rem}
        th.n,td.n{text-align:right}
        code{font:.92em ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
        .tag{display:inline-block;border:1px solid var(--line);border-radius:99px;padding:0 .55em;font-size:.85em;font-weight:400;color:var(--soft);margin-right:.3em}
        .tag.good,.tag.warning,.tag.error,.tag.critical{border-color:currentColor}
        .tag.good{color:var(--good)}.tag.warning{color:var(--warn)}.tag.error{color:var(--bad)}.tag.critical{color:var(--crit)}
        .chips{display:flex;flex-wrap:wrap;gap:.15rem;margin:.15rem 0 0;padding:0;list-style:none;font-size:.87rem}.chips a{text-decoration:none}
        .legend{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;margin:0 0 .8rem;padding:0;list-style:none}
        .legend i{display:inline-block;width:.85em;height:.85em;margin-right:.4em;border-radius:2px;vertical-align:-.08em}
        .pools{columns:22rem auto;column-gap:.8rem}.pools .card{break-inside:avoid;margin-bottom:.8rem}
        .pools p{margin:.1rem 0 .4rem;color:var(--soft);overflow-wrap:anywhere}.pools .chips{margin-bottom:.4rem}
        svg{display:block;width:100%;height:auto}.defs{height:0}
        svg text{fill:var(--soft);font:9.5px ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
        .free{fill:var(--free)}.reserved{fill:var(--reserved)}.used{fill:var(--used)}.fenced{fill:var(--fenced)}
        .leaked{fill:var(--leaked)}.unmarked{fill:var(--unmarked)}.duplicate{fill:var(--duplicate)}
        .gap{fill:var(--card)}.gaps{fill:url(#cells);pointer-events:none}
        i.free{background:var(--free)}i.reserved{background:var(--reserved)}i.used{background:var(--used)}i.fenced{background:var(--fenced)}
        i.leaked{background:var(--leaked)}i.unmarked{background:var(--unmarked)}i.duplicate{background:var(--duplicate)}
        svg a{outline:0}
        .map a path,.matrix a path{fill:transparent}.map a:is(:hover,:focus) path{stroke:var(--text);stroke-width:1.5}
        .map a text{opacity:0;pointer-events:none;fill:var(--text)}.map a:is(:hover,:focus) text{opacity:1}
        .map:has(a:hover) a:focus:not(:hover) text,.map:has(a:is(:hover,:focus)) .hint{opacity:0}
        details{margin-top:.5rem}.fold>summary{margin-bottom:.5rem}summary{cursor:pointer;color:var(--accent)}
        .pools table{font-size:.87rem}.pools th,.pools td{padding:.2rem .5rem}.pools td.wrap{min-width:8rem}
        .topology{overflow-x:auto}.topology svg{min-width:34rem;max-width:56rem;margin:0 auto}
        .topology .box{fill:var(--bg);stroke:var(--line)}.topology .lost{stroke:var(--warn);stroke-dasharray:4 3}
        .topology a:is(:hover,:focus) .box{stroke:var(--accent);stroke-width:2}
        .topology text{fill:var(--text);font-size:12px}.topology text.small{fill:var(--soft);font-size:10px}
        .timeline text.inside{fill:#08111f;font-size:10px;pointer-events:none}.timeline g:hover rect{opacity:.8}
        .topology>svg>path{fill:none;stroke:var(--used);opacity:.55}.topology>svg>path:hover{opacity:1}
        .matrix svg{max-width:none;min-width:60rem}.matrix text.row{font-size:7px;fill:var(--soft)}.matrix text.row.lost{fill:var(--warn);stroke:none}
        .matrix text.tip{opacity:0;pointer-events:none;font-size:11px}.matrix a:is(:hover,:focus) text.tip{opacity:1}
        .matrix a:is(:hover,:focus) path{fill:color-mix(in srgb,var(--text) 12%,transparent)}
        .matrix>svg>path{stroke:none;fill:var(--used);opacity:1}
        .matrix .shade1{opacity:.25}.matrix .shade2{opacity:.42}.matrix .shade3{opacity:.62}.matrix .shade4{opacity:.8}
        .added{color:var(--good)}.removed{color:var(--bad)}.changed{color:var(--warn)}
        footer{color:var(--soft);padding-top:2rem;padding-bottom:2rem;font-size:.87rem}
        @media (max-width:30rem){th,td{padding:.35rem .55rem}h1{font-size:1.25rem}.tiles{grid-template-columns:repeat(4,1fr);gap:.4rem}
        .tiles li{padding:.4rem .5rem}.tiles b{font-size:1.15rem}.tiles span{font-size:.8rem}.finding dl{grid-template-columns:1fr}.finding dd{margin-bottom:.3rem}}
        @media print{:root{color-scheme:light!important;--bg:#fff;--text:#000;--soft:#444;--line:#bbb}nav,.skip,.colours{display:none}
        body{font-size:10pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
        .card,tr,.remarks li,.finding{break-inside:avoid}.scroll,.topology{overflow:visible}td{white-space:normal;overflow-wrap:anywhere}
        details::details-content{content-visibility:visible;display:block}summary{color:var(--soft)}}
        """;
}
