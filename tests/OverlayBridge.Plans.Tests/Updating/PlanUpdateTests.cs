using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Plans.Tests.Updating;

public sealed class PlanUpdateTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(TestFiles.RepositoryRoot, "migration-plans", "small.yaml"));
    private static readonly MigrationPlan Plan = PlanTexts.Read(Text).Valid;

    [Fact]
    public void Comments_and_sections_that_did_not_change_stay_as_people_wrote_them()
    {
        var changed = Plan with { Origin = Plan.Origin with { Index = 99 }, Hosts = [Plan.Hosts[0] with { EngineVersion = "20.10.24" }, .. Plan.Hosts[1..]] };

        var text = PlanUpdate.Of(new("small.yaml", Text), changed);

        var (before, after) = (Text.Split('\n'), text.Split('\n'));
        Assert.Equal(["  index: 61"], before.Except(after));
        Assert.Equal(before.Length, after.Length);
        Assert.Equal(["  index: 99", "    engineVersion: 20.10.24"], after.Except(before));
        Assert.Equal(99UL, PlanTexts.Read(text).Valid.Origin.Index);
    }

    [Fact]
    public void Nothing_changed_changes_no_letter_but_long_forms() =>
        Assert.Equal(PlanWriter.Write(Plan, [], null), PlanWriter.Write(PlanTexts.Read(PlanUpdate.Of(new("small.yaml", Text), Plan)).Valid, [], null));

    [Fact]
    public void Sets_are_added_where_there_were_none()
    {
        var without = PlanTexts.With(
            ("replicaSets:\n  - name: shop/web\n    members: [h1/web, h2/web]\n    maxUnavailable: 50%\n", ""), ("      - {name: some, replicas: [shop/web]}\n", ""));

        var text = PlanUpdate.Of(new("plan.yaml", without), PlanTexts.Read(without).Valid with { ReplicaSets = [new("shop/web", ["h1/web", "h2/web"], null)] , Hosts = PlanTexts.Plan.Hosts });

        Assert.Contains("\nreplicaSets:\n  - name: shop/web\n    members: [h1/web, h2/web]\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_line_ends_stay()
    {
        var text = PlanUpdate.Of(new("small.yaml", Text.ReplaceLineEndings("\r\n")), Plan with { Origin = Plan.Origin with { Index = 99 } });

        Assert.DoesNotContain("\n", text.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_one_line_is_refused_and_not_damaged()
    {
        var flow = "{formatVersion: 1, name: lab, " + string.Join(", ", "origin: {source: x, index: 1, created: 2026-01-01T00:00:00Z}", "manager: h4", "limits: {maxUnavailable: 1, parallel: 1}",
            $"networks: [{{name: a, id: {new string('1', 64)}, subnet: 10.0.0.0/24}}]", "hosts: [{name: h1, vtep: 172.31.0.1, engineVersion: 20.10.5}]",
            "stages: [{name: prepare, kind: prepare}, {name: one, kind: hosts, hosts: [h1]}]") + "}";
        var plan = PlanTexts.Read(flow).Valid;

        var failure = Assert.Throws<PlanFileException>(() => PlanUpdate.Of(new("flow.yaml", flow), plan with { Origin = plan.Origin with { Index = 2 } }));

        Assert.Contains("section by section", failure.Message, StringComparison.Ordinal);
    }
}
