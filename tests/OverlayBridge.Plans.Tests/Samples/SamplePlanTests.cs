using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Plans.Diffs;
using OverlayBridge.Overlay.Plans.Staging;

namespace OverlayBridge.Plans.Tests.Samples;

/// <summary>The plans of migration-plans.</summary>
public sealed class SamplePlanTests
{
    private static readonly string Folder = Path.Combine(TestFiles.RepositoryRoot, "migration-plans");

    public static TheoryData<string> All => [.. Directory.EnumerateFiles(Folder, "*.yaml").Select(Path.GetFileName).OfType<string>().Order()];

    [Fact]
    public void There_is_one_for_small_large_canary_and_windows() => Assert.Equal(["canary.yaml", "large.yaml", "small.yaml", "windows.yaml"], Directory.EnumerateFiles(Folder, "*.yaml").Select(Path.GetFileName).Order());

    [Theory, MemberData(nameof(All))]
    public void Each_is_valid_and_has_as_few_stages_as_can_be(string name)
    {
        var reading = Read(name);

        Assert.Empty(PlanTexts.Lines(reading));
        var plan = reading.Valid;
        Assert.Equal(Path.GetFileNameWithoutExtension(name), plan.Name);
        Assert.Equal(StagePlanner.LowerBoundOf(StagingFleet.Of(plan)), plan.Stages.Count(static stage => stage.Kind == StageKind.Hosts));
    }

    [Theory, MemberData(nameof(All))]
    public void Each_is_written_and_read_again_without_a_difference(string name)
    {
        var plan = Read(name).Valid;

        Assert.Empty(PlanDiff.Of(plan, PlanTexts.Read(PlanWriter.Write(plan, [], null)).Valid));
    }

    [Theory, MemberData(nameof(All))]
    public void Each_has_a_comment_on_what_it_shows_and_fits_a_screen(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, name));

        Assert.Equal("# yaml-language-server: $schema=../docs/schemas/plan-file.schema.json", lines[0]);
        Assert.StartsWith("# ", lines[1], StringComparison.Ordinal);
        Assert.All(lines.Where(static line => line.Contains('#', StringComparison.Ordinal)), static line => Assert.InRange(line.Length, 0, 130));
    }

    [Fact]
    public void The_small_one_takes_the_hosts_of_the_lab_one_by_one()
    {
        var plan = Read("small.yaml").Valid;

        Assert.Equal(("h4", "h5"), (plan.Manager, Assert.Single(plan.SwarmHosts)));
        Assert.Equal(["h3", "h2", "h1"], plan.Stages.SelectMany(static stage => stage.Hosts));
    }

    private static PlanReading Read(string name) => PlanReading.Of(new(name, File.ReadAllText(Path.Combine(Folder, name))));
}
