using OverlayBridge.Overlay.Plans.Diffs;

namespace OverlayBridge.Plans.Tests;

public sealed class PlanDiffTests
{
    public static TheoryData<string, string, string> Changes => new()
    {
        { "name: lab\n", "name: lib\n", "Changed plan name" },
        { "index: 61", "index: 62", "Changed plan origin" },
        { "manager: h4\nswarmHosts: [h5]", "manager: h5\nswarmHosts: [h4]", "Changed plan manager; Changed plan swarmHosts" },
        { "parallel: 2", "parallel: 3", "Changed plan limits" },
        { "subnet: 10.60.0.0/24", "subnet: 10.60.0.0/23", "Changed network appnet" },
        { "    upgrade: afterwards\n", "", "Changed host h1" },
        { "aliases: [web]", "aliases: [www]", "Changed container h1/web" },
        { "moveTo: h5", "moveTo: h4", "Changed container h2/web" },
        { "              - name: old", "              - name: older", "Removed container h2/old; Added container h2/older" },
        { "maxUnavailable: 50%", "maxUnavailable: 1", "Changed replica-set shop/web" },
        { "directory: /srv/shop", "directory: /srv/web", "Changed compose h1/shop" },
        { "  canary: h1\n", "", "Removed constraint canary" },
        { "order: [{host: h2, after: h1}]", "last: [h2]", "Removed constraint order h2 after h1; Added constraint last" },
        { "days: [saturday, sunday]", "days: [saturday]", "Changed stage one" },
        { "timeout: 2s", "timeout: 3s", "Changed gate one/answers" },
        { "- {name: asked, approval: true}", "- {name: seen, approval: true}", "Removed gate one/asked; Added gate one/seen" },
        { "exec: [\"true\", \"a b\"]", "exec: [\"true\", \"a\", \"b\"]", "Changed gate one/runs" },
        { "webhooks: [\"https://hooks.example/x\"]", "webhooks: []", "Removed webhook https://hooks.example/x" },
    };

    [Theory, MemberData(nameof(Changes))]
    public void A_difference_in_anything_a_plan_says_is_found(string old, string changed, string expected)
    {
        var text = PlanTexts.With((old.Replace("              - ", "      - ", StringComparison.Ordinal), changed.Replace("              - ", "      - ", StringComparison.Ordinal)));

        var changes = PlanDiff.Of(PlanTexts.Plan, PlanTexts.Read(text).Valid);

        Assert.Equal(expected, string.Join("; ", changes.Select(static change => $"{change.Action} {change.Kind} {change.Path}")));
        Assert.All(changes, static change => Assert.NotEqual(change.Before, change.After));
    }

    [Fact]
    public void How_it_is_written_makes_no_difference() =>
        Assert.Empty(PlanDiff.Of(PlanTexts.Plan, PlanTexts.Read(PlanWriter.Write(PlanTexts.Plan, ["A remark."], null)).Valid));
}
