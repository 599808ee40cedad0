using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>
/// Which gateway takes a source's place on a host. Pure. The same host always chooses the same one, and hosts spread over all; one that was
/// chosen stays while it answers, for every exchange costs a reset of all connections.
/// </summary>
internal static class GatewayChoice
{
    /// <param name="current">Chosen before, if any.</param>
    /// <param name="ready">Gateways that answer; null when that is not known.</param>
    /// <returns>Null when no gateway can take the source's place.</returns>
    public static IPEndPoint? For(string host, IPEndPoint source, TakeoverRecord record, IPEndPoint? current, ImmutableHashSet<IPEndPoint>? ready)
    {
        var fit = record.Gateways.Where(gateway => CanReplace(source, gateway) && !record.SourceAddresses.Contains(gateway)).ToArray();
        var answering = fit.Where(gateway => ready is null || ready.Contains(gateway)).ToArray();
        if (current is not null && fit.Contains(current) && (answering.Length == 0 || answering.Contains(current)))
            return current;
        // Highest random weight: when one goes, only its hosts move, and they spread over the others.
        return (answering.Length > 0 ? answering : fit).MaxBy(gateway => Weight(host, gateway));
    }

    /// <summary>Packets change neither their IP version nor leave the host from ::1.</summary>
    private static bool CanReplace(IPEndPoint source, IPEndPoint gateway) =>
        source.AddressFamily == gateway.AddressFamily && (!source.Address.Equals(IPAddress.IPv6Loopback) || IPAddress.IsLoopback(gateway.Address));

    private static ulong Weight(string host, IPEndPoint gateway) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{host} {gateway}")));
}
