using System.Collections.Immutable;
using OverlayBridge.Gateway;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Gateway.Import;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Store;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.History;
using OverlayBridge.Store.Keys;
using ReadOptions = OverlayBridge.Sources.Consul.ReadOptions;
using StoreReadOptions = OverlayBridge.Store.ReadOptions;

namespace OverlayBridge.Serve.Takeover;

/// <summary>This node's own store with the interface that clients have over HTTP: what runs here needs no way over the network, and no token.</summary>
internal sealed class LocalStoreClient(IKeyValueStore store, GatewayOptions gateway) : IConsulClient
{
    /// <summary>What a takeover's coordinator does stands in the history as its own.</summary>
    internal static Origin Own { get; } = Origin.Control("takeover");

    public string Name => $"control node {gateway.NodeName}";

    public async ValueTask<Indexed<KeyValueEntry?>> GetAsync(string key, ReadOptions read, CancellationToken token)
    {
        var reading = await AskAsync(() => store.ReadKeyAsync(StoreKey.FromText(key), Options(read), token)).ConfigureAwait(false);
        return new(reading.Value?.ToSource(), reading.Index);
    }

    public async ValueTask<Indexed<ImmutableArray<KeyValueEntry>>> ListAsync(string prefix, ReadOptions read, CancellationToken token)
    {
        var reading = await AskAsync(() => store.ReadPrefixAsync(StoreKey.FromText(prefix), Options(read), token)).ConfigureAwait(false);
        return new([.. reading.Value.Select(StoreConversion.ToSource)], reading.Index);
    }

    public async ValueTask<Indexed<ImmutableArray<string>>> KeysAsync(string prefix, string? separator, ReadOptions read, CancellationToken token)
    {
        var reading = await AskAsync(() => store.ReadPrefixAsync(StoreKey.FromText(prefix), Options(read), token)).ConfigureAwait(false);
        var keys = reading.Value.Select(static entry => entry.Key.ToString());
        if (separator is { Length: > 0 })
            keys = keys.Select(key => key.IndexOf(separator, prefix.Length, StringComparison.Ordinal) is var at and >= 0 ? key[..(at + separator.Length)] : key).Distinct(StringComparer.Ordinal);
        return new([.. keys], reading.Index);
    }

    public async ValueTask<Indexed<ImmutableArray<SessionEntry>>> SessionsAsync(ReadOptions read, CancellationToken token)
    {
        var reading = await AskAsync(() => store.ReadSessionsAsync(Options(read), token)).ConfigureAwait(false);
        return new([.. reading.Value.Select(StoreConversion.ToSource)], reading.Index);
    }

    public async ValueTask<bool> PutAsync(string key, ReadOnlyMemory<byte> value, WriteOptions write, CancellationToken token) =>
        (await AskAsync(() => store.ExecuteAsync(
            new SetCommand(StoreKey.FromText(key), [.. value.Span], write.Flags, write.Cas) { By = Own }, token)).ConfigureAwait(false)).Done;

    public async ValueTask<bool> DeleteAsync(string key, ulong? cas, CancellationToken token) =>
        (await AskAsync(() => store.ExecuteAsync(new DeleteCommand(StoreKey.FromText(key), cas) { By = Own }, token)).ConfigureAwait(false)).Done;

    public async ValueTask DeleteTreeAsync(string prefix, CancellationToken token)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        await AskAsync(() => store.ExecuteAsync(new DeleteTreeCommand(StoreKey.FromText(prefix)) { By = Own }, token)).ConfigureAwait(false);
    }

    public async ValueTask<ImportAnswer> ImportAsync(ReadOnlyMemory<byte> lines, CancellationToken token)
    {
        var result = await AskAsync(() => store.ExecuteAsync(ImportLines.Parse(lines) with { By = Own with { Kind = OriginKind.Import } }, token)).ConfigureAwait(false);
        return new(result.Applied, result.Index);
    }

    public async ValueTask SetStandbyAsync(string prefix, string source, CancellationToken token) =>
        await AskAsync(() => store.ExecuteAsync(new SetStandbyCommand(StoreKey.FromText(prefix), source), token)).ConfigureAwait(false);

    public ValueTask<AgentAnswer?> AgentAsync(CancellationToken token) => new(new AgentAnswer(gateway.NodeName, gateway.Version));

    public ValueTask<BridgeStatus> StatusAsync(CancellationToken token)
    {
        var status = store.Status;
        return new(new BridgeStatus(
            gateway.Version, gateway.NodeName, status.IsLeader, status.Index, status.Keys, (ulong)status.RaftIndex, (ulong)status.SnapshotIndex,
            status.Mode.Name, status.Mode.Prefix.ToString(), status.Mode.Source, status.NotReadyReason ?? ""));
    }

    public void Dispose()
    {
        // The store belongs to the control role.
    }

    /// <summary>Says a failure of the store as the interface promises.</summary>
    internal async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (Exception e) when (e is NoLeaderException or OutcomeUnknownException or StoreRefusedException)
        {
            throw new SourceException($"{Name} does not carry it out.", $"{e.Message}.", "Look at 'overlaybridge cluster status'; it is tried again.", e);
        }
        catch (RefusedException e)
        {
            throw new SourceException($"{Name} refuses the import.", System.Text.Encoding.UTF8.GetString(e.Answer.Body.Span), "Update this program on all nodes.", e);
        }
    }

    private static StoreReadOptions Options(ReadOptions read) => new(
        read.Consistency switch
        {
            Consistency.Consistent => ReadConsistency.Consistent,
            Consistency.Stale => ReadConsistency.Stale,
            _ => ReadConsistency.Default,
        },
        read.Index, read.Wait);
}
