namespace OverlayBridge.Reports.Tests;

/// <summary>The forms of a report as whole texts, which tests compare.</summary>
internal static class WholeForms
{
    public static string Table(this IReport report, int width, bool colour) => Whole(output => report.WriteTable(output, width, colour));

    public static string Json(this IReport report) => Whole(report.WriteJson);

    public static string Markdown(this IReport report) => Whole(report.WriteMarkdown);

    public static string Html(this IReport report, ReportStamp stamp) => Whole(output => report.WriteHtml(output, stamp));

    /// <param name="form">What a golden file of the form ends in: txt, json, md or html.</param>
    public static string Form(this IReport report, string form) => form switch
    {
        "txt" => report.Table(80, colour: false),
        "json" => report.Json(),
        "md" => report.Markdown(),
        "html" => report.Html(Samples.Stamp),
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, "a form without a file"),
    };

    public static string Whole(Action<TextWriter> write)
    {
        using var text = new StringWriter();
        write(text);
        return text.ToString();
    }
}
