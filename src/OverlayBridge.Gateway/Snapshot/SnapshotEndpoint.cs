using System.Globalization;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Store;
using OverlayBridge.Store.Records;
using OverlayBridge.Store.Snapshots;

namespace OverlayBridge.Gateway.Snapshot;

/// <summary>
/// <c>/v1/snapshot</c> in a format of our own (<see cref="StoreSnapshot"/>), which the content type says: Consul's holds what this store does
/// not have, and the other way round. Consul's own command is told so, in words, before anything is written or changed.
/// </summary>
internal sealed class SnapshotEndpoint(IClusterNode node)
{
    public const string ContentType = "application/vnd.overlaybridge.snapshot";

    /// <summary>A snapshot is packed; what is longer was not made here.</summary>
    public const int MaxBytes = 256 * 1024 * 1024;

    /// <summary>A large one is many entries of the log.</summary>
    public static readonly TimeSpan RestoreTime = TimeSpan.FromMinutes(10);

    private const string VersionHeader = "X-OverlayBridge-Snapshot-Version";

    public async Task<Answer> GetAsync(GatewayRequest request)
    {
        var reading = ReadParameters.Parse(request, 0) with { AfterIndex = 0 };
        ReadParameters.CheckDatacenter(request.Query);
        if (!Accepts(request.Http.Headers.Accept.ToString()))
            throw new RefusedException(
                501, $"Snapshots of overlaybridge are not in Consul's format: use 'overlaybridge cluster snapshot --out FILE', or ask with 'Accept: {ContentType}'");
        var state = await node.ReadStateAsync(reading, request.CancellationToken).ConfigureAwait(false);
        return new Answer(200, ContentType, StoreSnapshot.Write(state.Value))
        {
            IsPacked = true,
            Headers = [(VersionHeader, StoreSnapshot.Version.ToString(CultureInfo.InvariantCulture))],
        }.WithMeta(state);
    }

    public async Task<Answer> PutAsync(GatewayRequest request)
    {
        if (request.Query.Has("stale"))
            throw new RefusedException(500, "stale not allowed for restore");
        ReadParameters.CheckDatacenter(request.Query);
        var snapshot = await request.ReadBodyAsync(MaxBytes, "the limit for snapshots").ConfigureAwait(false);
        Check(snapshot);
        await node.RestoreAsync(snapshot, await request.OriginAsync().ConfigureAwait(false), request.CancellationToken).ConfigureAwait(false);
        return Answer.Empty(200);
    }

    /// <summary>Whoever does not say what it takes, as Consul's command, expects Consul's format.</summary>
    private static bool Accepts(string accept) => accept.Split(',', StringSplitOptions.TrimEntries)
        .Any(static range => range.Split(';')[0].Trim() is "*/*" or "application/*" or ContentType);

    private static void Check(byte[] snapshot)
    {
        if (snapshot.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            throw new RefusedException(
                400, "This is no snapshot of overlaybridge but one of Consul, or a packed dump; nothing was changed. Import it: overlaybridge import FILE --to bridge://HOST:PORT");
        try
        {
            StoreSnapshot.Read(snapshot);
        }
        catch (DamagedDataException e)
        {
            throw new RefusedException(400, $"{e.Message} Nothing was changed.");
        }
    }
}
