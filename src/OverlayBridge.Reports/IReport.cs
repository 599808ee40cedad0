namespace OverlayBridge.Reports;

/// <summary>One view model in all the forms that it can be shown in. A form is written as it is made: a large one is never held in memory whole.</summary>
public interface IReport
{
    /// <summary>For a terminal of <paramref name="width"/> columns; ANSI colours only if asked for.</summary>
    void WriteTable(TextWriter output, int width, bool colour);

    /// <summary>As documented by the report's schema in docs/schemas, with a <c>formatVersion</c>.</summary>
    void WriteJson(TextWriter output);

    /// <summary>GitHub-flavoured Markdown.</summary>
    void WriteMarkdown(TextWriter output);

    /// <summary>One self-contained page: no script, nothing from outside.</summary>
    void WriteHtml(TextWriter output, ReportStamp stamp);
}

/// <summary>What a page says about its own making.</summary>
/// <param name="Program">Name and version, e.g. <c>overlaybridge 0.1.0</c>.</param>
public sealed record ReportStamp(string Program, DateTimeOffset At);
