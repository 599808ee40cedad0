using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources.Consul;

/// <summary>The legacy keys in an OverlayBridge cluster. The image's index is that of the whole store.</summary>
public sealed class BridgeSource(IConsulClient client, string prefix) : IWritableSource
{
    public string Name => client.Name;

    public string Prefix => prefix;

    public IConsulClient Client => client;

    public ValueTask<StoreImage> ReadAsync(CancellationToken token) => ReadAsync(client, prefix, token);

    public async ValueTask<ConfirmedRead> ConfirmAsync(CancellationToken token)
    {
        var image = await ReadAsync(token).ConfigureAwait(false);
        return new(image, image.Index);
    }

    /// <summary>Reads the keys under <paramref name="prefix"/>, consistently.</summary>
    /// <exception cref="SourceException">The cluster cannot be reached, or is none.</exception>
    public static async ValueTask<StoreImage> ReadAsync(IConsulClient client, string prefix, CancellationToken token)
    {
        // First the status: it alone proves that this is a bridge, and an index read before the keys is never too high.
        var status = await client.StatusAsync(token).ConfigureAwait(false);
        var list = await client.ListAsync(prefix, new(Consistency.Consistent), token).ConfigureAwait(false);
        var sessions = await client.SessionsAsync(new(Consistency.Consistent), token).ConfigureAwait(false);
        return new(client.Name, status.Index, list.Value, sessions.Value);
    }

    public ValueTask<WriteOutcome> TryWriteAsync(string key, ulong expectedIndex, ImmutableArray<byte>? value, CancellationToken token) =>
        ConsulWrite.TryAsync(client, key, expectedIndex, value, token);

    public void Dispose() => client.Dispose();
}
