using OverlayBridge.Compose.Checks;

namespace OverlayBridge.Compose.Tests.Checks;

/// <summary>docs/compose.md lists the rules as they are.</summary>
public sealed class RuleListTests
{
    [Fact]
    public void The_list_in_docs_names_every_rule_with_its_severity_and_no_other_one()
    {
        var listed = File.ReadLines(Path.Combine(TestFiles.RepositoryRoot, "docs", "compose.md"))
            .Where(line => line.StartsWith("| OC", StringComparison.Ordinal)).Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..4]);

        Assert.Equal(
            ComposeRules.All.Select(rule => $"{rule.Id} {rule.Name} {rule.Severity}".ToLowerInvariant()), listed.Select(cells => string.Join(' ', cells).ToLowerInvariant()));
    }
}
