namespace OverlayBridge.Reports.Html;

/// <summary>The style sheet of every page: light and dark by the reader's setting, narrow screens, paper.</summary>
internal static class PageStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--text:#16202c;--soft:#556272;--line:#dde2e8;--accent:#1d4ed8;
        --good:#157347;--warn:#9a5b00;--bad:#b42318;--warn-bg:#fff6e0;--bad-bg:#feeceb;--good-bg:#e8f6ee;
        --free:#e6eaef;--reserved:#7b8794;--used:#3b82f6;--fenced:#8b5cf6;--unclaimed:#f0a30a;--unmarked:#db2777;--duplicate:#d92d20}
        @media (prefers-color-scheme:dark){:root{--bg:#0f141a;--card:#171e27;--text:#e4e9ef;--soft:#9aa7b5;--line:#2a3441;--accent:#7fb0ff;
        --good:#5fce93;--warn:#f3bb4c;--bad:#ff8a80;--warn-bg:#2c2412;--bad-bg:#331a19;--good-bg:#14291e;
        --free:#242e3a;--reserved:#8593a3;--used:#4f93ff;--fenced:#a78bfa;--unclaimed:#f7b731;--unmarked:#f472b6;--duplicate:#ff5c50}}
        *{box-sizing:border-box}
        html{scroll-behavior:smooth;scroll-padding-top:3.5rem}
        body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
        a{color:var(--accent)}
        :focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
        .skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.4rem .8rem;z-index:3}
        header,main,footer{max-width:76rem;margin:0 auto;padding:0 1rem}
        header{padding-top:1.5rem}
        h1{font-size:1.5rem;line-height:1.25;margin:0;overflow-wrap:anywhere}
        h2{font-size:1.15rem;margin:2.2rem 0 .7rem}
        h3{font-size:1rem;margin:0}
        .sub{color:var(--soft);margin:.25rem 0 0;overflow-wrap:anywhere}
        nav{position:sticky;top:0;z-index:2;background:var(--bg);border-bottom:1px solid var(--line);margin-top:1rem}
        nav ul{max-width:76rem;margin:0 auto;padding:.45rem 1rem;list-style:none;display:flex;gap:.2rem 1.1rem;overflow-x:auto;white-space:nowrap}
        nav a{text-decoration:none}nav a:hover{text-decoration:underline}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:.7rem;margin:1.2rem 0 0;padding:0;list-style:none}
        .tiles li,.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.8rem 1rem}
        .tiles b{display:block;font-size:1.6rem;line-height:1.2;font-variant-numeric:tabular-nums}
        .tiles span{color:var(--soft)}
        .tiles .bad b{color:var(--bad)}.tiles .good b{color:var(--good)}
        .remarks{margin:0;padding:0;list-style:none;display:grid;gap:.5rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,30rem),1fr))}
        .remarks li{border-left:4px solid var(--warn);background:var(--warn-bg);border-radius:4px;padding:.5rem .8rem;overflow-wrap:anywhere}
        .remarks li.bad{border-color:var(--bad);background:var(--bad-bg)}
        .remarks li.good{border-color:var(--good);background:var(--good-bg)}
        .remarks code{display:block;font-weight:600}
        .scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:8px}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th,td{text-align:left;vertical-align:top;padding:.4rem .8rem;white-space:nowrap}
        td{border-top:1px solid var(--line)}
        tr:has(>td:first-child:empty) td{border-top:0;padding-top:0}
        th{font-size:.8rem;color:var(--soft);font-weight:600}
        td.wrap{white-space:normal;overflow-wrap:anywhere;min-width:14rem}
        th.n,td.n{text-align:right}
        code{font:.92em ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
        .tag{display:inline-block;border:1px solid var(--line);border-radius:99px;padding:0 .55em;font-size:.85em;color:var(--soft);margin-right:.3em}
        .tag.good{color:var(--good);border-color:currentColor}.tag.warn{color:var(--warn);border-color:currentColor}
        .tag.bad{color:var(--bad);border-color:currentColor}
        .legend{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;margin:0 0 .8rem;padding:0;list-style:none}
        .legend i{display:inline-block;width:.85em;height:.85em;margin-right:.4em;border-radius:2px;vertical-align:-.08em}
        .pools{columns:20rem auto;column-gap:.8rem}.pools .card{break-inside:avoid;margin-bottom:.8rem}
        .pools p{margin:.1rem 0 .6rem;color:var(--soft);overflow-wrap:anywhere}
        svg{display:block;width:100%;height:auto}
        svg text{fill:var(--soft);font:11px ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
        svg .free{fill:url(#cells)}svg .cell{fill:var(--free)}svg .reserved{fill:var(--reserved)}svg .used{fill:var(--used)}svg .fenced{fill:var(--fenced)}
        svg .unclaimed{fill:var(--unclaimed)}svg .unmarked{fill:var(--unmarked)}svg .duplicate{fill:var(--duplicate)}
        i.free{background:var(--free)}i.reserved{background:var(--reserved)}i.used{background:var(--used)}i.fenced{background:var(--fenced)}
        i.unclaimed{background:var(--unclaimed)}i.unmarked{background:var(--unmarked)}i.duplicate{background:var(--duplicate)}
        svg g:hover rect{stroke:var(--text);stroke-width:1.5}
        details{margin-top:.7rem}summary{cursor:pointer;color:var(--accent)}
        .pools table{font-size:.87rem}.pools th,.pools td{padding:.2rem .5rem}.pools td.wrap{min-width:8rem}
        .topology{overflow-x:auto}.topology svg{min-width:34rem;max-width:56rem;margin:0 auto}
        .topology .box{fill:var(--bg);stroke:var(--line)}.topology .lost{stroke:var(--warn);stroke-dasharray:4 3}
        .topology text{fill:var(--text);font-size:12px}.topology text.small{fill:var(--soft);font-size:10px}
        .topology path{fill:none;stroke:var(--used);opacity:.55}.topology path:hover{opacity:1}
        .added{color:var(--good)}.removed{color:var(--bad)}.changed{color:var(--warn)}
        footer{color:var(--soft);padding-top:2rem;padding-bottom:2rem;font-size:.87rem}
        @media (max-width:30rem){th,td{padding:.35rem .55rem}h1{font-size:1.25rem}.tiles{grid-template-columns:repeat(3,1fr)}
        .tiles li{padding:.5rem .6rem}.tiles b{font-size:1.3rem}}
        @media print{:root{--bg:#fff;--card:#fff;--text:#000;--soft:#444;--line:#bbb;--free:#eee}nav,.skip{display:none}
        body{font-size:10pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
        .card,tr,.remarks li{break-inside:avoid}.scroll,.topology{overflow:visible}td{white-space:normal;overflow-wrap:anywhere}
        details::details-content{content-visibility:visible;display:block}summary{color:var(--soft)}}
        """;
}
