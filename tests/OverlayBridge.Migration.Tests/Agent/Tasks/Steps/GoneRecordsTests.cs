using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Engines;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

public sealed class GoneRecordsTests
{
    private const string Network = "appnet";

    private static readonly IPAddress Address = IPAddress.Parse("10.77.0.2");
    private static readonly IPAddress Other = IPAddress.Parse("10.77.0.130");

    private static HostConversion Before { get; } = new(
        "h1", "20.10.5", [new ConvertedContainer("old", "db", true, [new ConvertedEndpoint(Network, "legacy", "endpoint", Address, null, false, [])])], default);

    public static TheoryData<string, IPAddress?, bool> Cases { get; } = new()
    {
        { "old", Address, false },
        { "old", null, false }, // stopped: it comes back
        { "new", Address, false },
        { "new", Other, true },
        { "new", null, true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_record_goes_with_its_container_unless_the_next_one_has_its_address(string id, IPAddress? address, bool isGone)
    {
        var container = new ContainerDetail(
            id, "db", "lab", address is null ? "exited" : "running", Network, 1, null, true, ImmutableSortedDictionary<string, string>.Empty,
            [new ContainerAttachment(Network, "swarm", "e", address, null, null, [])], []);

        Assert.Equal(isGone ? ["db"] : [], GoneRecords.Of(Before, [container]).Select(static endpoint => endpoint.Container));
        Assert.Equal(["db"], GoneRecords.Of(Before, []).Select(static endpoint => endpoint.Container));
    }

    [Fact]
    public void One_that_is_to_have_the_address_when_it_runs_keeps_the_record()
    {
        var container = new ContainerDetail(
            "new", "db", "lab", "exited", Network, 0, null, true, ImmutableSortedDictionary<string, string>.Empty, [new ContainerAttachment(Network, "swarm", "", null, null, Address, [])], []);

        Assert.Empty(GoneRecords.Of(Before, [container]));
    }
}
