using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.Shared;

/// <summary>
/// An FDB entry by which a legacy host sends frames for another one to itself, as engine 20.10.5 makes them when it hears its own former announcements
/// after a crash. It cuts off more than the one pair: nobody reaches a container of the host that goes on sending there (decision 035).
/// </summary>
public sealed class LeadingBackTests(LabFixture fixture)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private LabHost First => fixture.Lab.LegacyHosts[0];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task A_legacy_hosts_entry_that_leads_back_to_it_is_put_right_and_goes_with_its_container()
    {
        await using var shared = await SharedLab.StartAsync(fixture, fixture.UniqueSubnet());
        var sender = await shared.RunAsync(First);
        await shared.ExposeAsync();
        var (legacy, swarm) = (await shared.RunAsync(fixture.Lab.LegacyHosts[1]), await shared.RunAsync(fixture.Lab.SwarmHosts[0]));
        List<(LabContainer Container, IPAddress Address)> all = [.. await Task.WhenAll(new[] { sender, legacy, swarm }.Select(async one => (one, await one.AddressAsync(shared.Name, Cancel))))];
        await shared.AllReachAsync(all);

        var overlay = First.OverlayNamespace(shared.LegacyId);
        var mac = (await overlay.NeighboursAsync(Cancel)).Single(entry => entry.Address.Equals(all[1].Address)).Mac;
        await SendToAsync(overlay, mac, First.Address);
        Assert.Equal(First.Address, (await ForwardingAsync(overlay, mac))!.Vtep);
        await shared.ReachAsync(sender, legacy, all[1].Address);
        await shared.AllReachAsync(all);
        Assert.Equal(fixture.Lab.LegacyHosts[1].Address, (await ForwardingAsync(overlay, mac))!.Vtep);

        // Nobody else removes what the engine has not made.
        await shared.RemoveAsync(legacy);
        await Wait.UntilAsync(async () => await ForwardingAsync(overlay, mac) is null, Limit, $"no FDB entry of {mac} on {First.Name}", Cancel);
        await shared.ReachAsync(swarm, sender, all[0].Address);
    }

    private static async Task SendToAsync(OverlayNamespace overlay, PhysicalAddress mac, IPAddress vtep) => (await overlay.ExecAsync(
        Cancel, "bridge", "fdb", "replace", string.Join(':', mac.GetAddressBytes().Select(static part => $"{part:x2}")), "dev", "vxlan0", "dst", $"{vtep}", "self", "permanent")).Success();

    private static async Task<ForwardingEntry?> ForwardingAsync(OverlayNamespace overlay, PhysicalAddress mac) =>
        (await overlay.ForwardingAsync(Cancel)).SingleOrDefault(entry => entry.Mac.Equals(mac));
}
