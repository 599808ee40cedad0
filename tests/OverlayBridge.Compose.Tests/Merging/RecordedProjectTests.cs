using OverlayBridge.Compose.Projects;

namespace OverlayBridge.Compose.Tests.Merging;

/// <summary>The own reader against what Docker Compose 2.26.1 and 1.29.2 print of the same files.</summary>
public sealed class RecordedProjectTests
{
    public static TheoryData<string> OfTwo => [.. ComposeCases.Names.Where(name => File.Exists(ComposeCases.PathOf(name, "config-2.yml")))];

    public static TheoryData<string> OfOne => [.. ComposeCases.Names.Where(name => File.Exists(ComposeCases.PathOf(name, "config-1.yml")))];

    [Theory, MemberData(nameof(OfTwo))]
    public void The_own_reader_understands_what_Compose_2_does(string name)
    {
        var own = ComposeCases.Read(name);

        Assert.Equal(ComposeCases.Text(Printed(name, own, "config-2.yml")), ComposeCases.Text(own.Project));
    }

    [Theory, MemberData(nameof(OfOne))]
    public void The_own_reader_understands_what_Compose_1_does_up_to_the_order_of_lists(string name)
    {
        var own = ComposeCases.Read(name);

        Assert.Equal(ComposeCases.Text(Sorted(Printed(name, own, "config-1.yml"))), ComposeCases.Text(Sorted(own.Project)));
    }

    private static ComposeProject Printed(string name, ComposeFileSet own, string file) =>
        own.As(ComposeCases.Disk.Read(ComposeCases.PathOf(name, file)), ComposeCases.Settings(name)).Project;

    private static ComposeProject Sorted(ComposeProject project) => project with
    {
        Services = project.Services.ToBuilder().Select(pair => KeyValuePair.Create(pair.Key, pair.Value with
        {
            Dns = [.. pair.Value.Dns.Distinct().Order()],
            Links = [.. pair.Value.Links.Distinct().Order()],
            // The first format's "no net at all" is printed as the engine's own bridge.
            NetworkMode = project.IsFormatOne ? pair.Value.NetworkMode ?? "bridge" : pair.Value.NetworkMode,
            Networks = project.IsFormatOne ? pair.Value.Networks.Clear() : pair.Value.Networks,
        })).ToDictionary().ToImmutable(),
        Networks = project.IsFormatOne ? project.Networks.Clear() : project.Networks,
    };
}

file static class Immutable
{
    public static System.Collections.Immutable.ImmutableSortedDictionary<string, ComposeService> ToImmutable(this Dictionary<string, ComposeService> services) =>
        System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, services);
}
