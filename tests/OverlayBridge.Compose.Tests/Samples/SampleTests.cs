using System.Net;
using OverlayBridge.Compose.Checks;
using OverlayBridge.Compose.Overrides;
using OverlayBridge.Compose.Projects;
using OverlayBridge.Compose.Transition;
using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Tests.Samples;

/// <summary>compose-samples: what <c>compose override</c> writes stands there, and what <c>compose check</c> finds is what the README of each says.</summary>
public sealed class SampleTests
{
    private static readonly string Folder = Path.Combine(TestFiles.RepositoryRoot, "compose-samples");

    public static TheoryData<string> Apps => [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Apps))]
    public void The_override_of_a_sample_is_what_the_command_writes(string app)
    {
        var plan = OverridePlanner.Plan(Read(app, "before"), Facts(app), Request(app));

        Golden.MatchesFile(
            Path.Combine(Folder, app, "during", "override.yml"), OverrideWriter.Write(plan, ComposeGeneration.Two, ["before/docker-compose.yml"]));
    }

    [Theory]
    [InlineData("shop", "before", "")]
    [InlineData("shop", "during", "")]
    [InlineData("shop", "after", "")]
    [InlineData("queue", "before", "OC24 16:5, OC04 21:5, OC21 24:3")]
    [InlineData("queue", "after", "OC24 15:5, OC04 20:5")]
    [InlineData("fixed", "before", "OC10 14:9, OC07 22:9, OC01 27:13")]
    [InlineData("fixed", "after", "OC10 13:9, OC10 21:9")]
    public void The_check_of_a_sample_finds_what_its_readme_says(string app, string stage, string expected) => Assert.Equal(
        expected, string.Join(", ", ComposeCheck.Find(Read(app, stage), Facts(app)).Select(finding => $"{finding.Rule.Id} {finding.At.Line}:{finding.At.Column}")));

    [Theory, MemberData(nameof(Apps))]
    public void With_its_override_a_sample_needs_no_other_one(string app)
    {
        var path = Path.Combine(Folder, app, "during", "override.yml");
        var files = ComposeFileSet.Read([Source(app, "before"), ComposeCases.Disk.Read(path)], Settings(app), new ComposeCases.Disk());

        Assert.True(OverridePlanner.Plan(files, Facts(app), Request(app)).IsEmpty);
    }

    private static OverrideRequest Request(string app) => new(
        IPAddress.Parse("172.18.0.1"), app == "fixed" ? [new("mail", null, IPAddress.Parse("10.97.0.11")), new("portal", null, IPAddress.Parse("10.97.0.12"))] : [], false,
        ComposeGeneration.Two);

    private static TransitionFacts Facts(string app) => app != "fixed" ? TransitionFacts.None : TransitionFacts.None with
    {
        Networks = TransitionFacts.None.Networks.Add("backnet", new("backnet", null, IPNetwork.Parse("10.97.0.128/25"), null, [])),
    };

    private static ComposeFileSet Read(string app, string stage) => ComposeFileSet.Read([Source(app, stage)], Settings(app), new ComposeCases.Disk());

    private static SourceText Source(string app, string stage) => ComposeCases.Disk.Read(Path.Combine(Folder, app, stage, "docker-compose.yml"));

    private static ProjectSettings Settings(string app) => new(app, app, [], new Dictionary<string, string>());
}
