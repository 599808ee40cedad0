using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources.Consul;

/// <summary>The legacy keys in an OverlayBridge cluster. The image's index is that of the whole store.</summary>
public sealed class BridgeSource(IConsulClient client, string prefix) : ILiveSource
{
    public string Name => client.Name;

    public string Prefix => prefix;

    public IConsulClient Client => client;

    public async ValueTask<StoreImage> ReadAsync(CancellationToken token) => (await ConfirmAsync(token).ConfigureAwait(false)).Image;

    public async ValueTask<ConfirmedRead> ConfirmAsync(CancellationToken token)
    {
        // First the status: it alone proves that this is a bridge, and an index read before the keys is never too high.
        var status = await client.StatusAsync(token).ConfigureAwait(false);
        var list = await client.ListAsync(prefix, new(Consistency.Consistent), token).ConfigureAwait(false);
        var sessions = await client.SessionsAsync(new(Consistency.Consistent), token).ConfigureAwait(false);
        return new(new(Name, status.Index, list.Value, sessions.Value), status.Index);
    }

    public void Dispose() => client.Dispose();
}
