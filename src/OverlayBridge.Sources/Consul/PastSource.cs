using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources.Consul;

/// <summary>What an OverlayBridge cluster held when its index was <paramref name="moment"/>, as far as its history reaches.</summary>
public sealed class PastSource(ConsulClient client, string prefix, ulong moment) : IStateSource
{
    public string Name => client.Name;

    public string Prefix => prefix;

    public async ValueTask<StoreImage> ReadAsync(CancellationToken token)
    {
        // Two questions: the past does not change between them.
        var entries = await client.PastKeysAsync(moment, prefix, token).ConfigureAwait(false);
        var sessions = await client.PastSessionsAsync(moment, token).ConfigureAwait(false);
        return new(client.Name, moment, entries, sessions);
    }

    public void Dispose() => client.Dispose();
}
