using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>
/// What a redirect from a loopback address needs beyond rules: the device towards the gateway must route packets of 127.0.0.0/8
/// (<c>route_localnet</c>). A guard rule keeps neighbours from using that, and is there before it and until after it.
/// </summary>
internal sealed class Localnet(HostNetwork network)
{
    /// <summary>Adds the devices that are needed; says which that were set are needed no longer.</summary>
    /// <param name="before">What is in force.</param>
    public async Task<(StoreRules Full, ImmutableHashSet<string> SetBack)> CompleteAsync(StoreRules wanted, StoreRules before)
    {
        var known = wanted.LocalnetDevices.Union(before.LocalnetDevices);
        var needed = ImmutableHashSet.CreateBuilder<string>();
        foreach (var (_, gateway) in wanted.Redirected.Where(static r => IPAddress.IsLoopback(r.Key.Address) && !IPAddress.IsLoopback(r.Value.Address)))
            if (await network.DeviceToAsync(gateway).ConfigureAwait(false) is { } device &&
                (known.Contains(device) || !await network.RoutesLocalnetAsync(device).ConfigureAwait(false)))
                needed.Add(device);
        return (wanted with { LocalnetDevices = needed.ToImmutable() }, known.Except(needed));
    }

    public async Task OpenAsync(ImmutableHashSet<string> devices)
    {
        foreach (var device in devices)
            if (!await network.RoutesLocalnetAsync(device).ConfigureAwait(false))
                await network.SetLocalnetAsync(device, on: true).ConfigureAwait(false);
    }

    public async Task SetBackAsync(ImmutableHashSet<string> devices)
    {
        foreach (var device in devices)
            await network.SetLocalnetAsync(device, on: false).ConfigureAwait(false);
    }
}
