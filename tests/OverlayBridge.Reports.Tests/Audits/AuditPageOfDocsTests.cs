using OverlayBridge.Reports.Audits;

namespace OverlayBridge.Reports.Tests.Audits;

/// <summary>docs/audit.md lists exactly the rules that there are.</summary>
public sealed class AuditPageOfDocsTests
{
    private const string Begin = "<!-- rules: begin";
    private const string End = "<!-- rules: end -->";

    [Fact]
    public async Task The_table_in_docs_is_that_of_the_rules()
    {
        var path = Path.Combine(TestFiles.RepositoryRoot, "docs", "audit.md");
        var page = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var begin = page.IndexOf('\n', page.IndexOf(Begin, StringComparison.Ordinal)) + 1;
        var end = page.IndexOf(End, StringComparison.Ordinal);

        Golden.MatchesFile(path, $"{page[..begin]}{new AuditRulesReport().Markdown()}{page[end..]}");
    }
}
