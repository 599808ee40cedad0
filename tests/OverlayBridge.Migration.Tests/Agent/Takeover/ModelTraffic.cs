using System.Collections.Immutable;
using System.Net;
using OverlayBridge.DataPlane.Redirect;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>A host's packet filter and connections in memory, with a list of what was done to them.</summary>
internal sealed class ModelTraffic : IHostTraffic, IStoreRedirect, IStoreConnections, IHeldOpenings
{
    private readonly Lock gate = new();
    private readonly List<string> log = [];
    private StoreRules rules = StoreRules.None;

    public string Backend => "nftables";

    public IStoreConnections Connections => this;

    /// <summary>What the kernel refuses everything with; null when it works.</summary>
    public RedirectException? Refusal { get; set; }

    public ImmutableArray<StoreConnection> Standing { get; set; } = [];

    public StoreRules Rules
    {
        get
        {
            lock (gate)
                return rules;
        }
        set
        {
            lock (gate)
                rules = value;
        }
    }

    public ImmutableArray<string> Log
    {
        get
        {
            lock (gate)
                return [.. log];
        }
    }

    public Task<IStoreRedirect> ChooseAsync(string? inUse, CancellationToken token) => Refuse<IStoreRedirect>(this);

    /// <summary>What noting held openings and sending them again is refused with; null when it works.</summary>
    public RedirectException? ListeningRefusal { get; set; }

    /// <summary>Whether held openings are being noted.</summary>
    public bool IsListening { get; private set; }

    public Task<IHeldOpenings> ListenAsync(TimeProvider time, CancellationToken token)
    {
        if (ListeningRefusal is { } refusal)
            return Task.FromException<IHeldOpenings>(refusal);
        IsListening = !IsListening ? true : throw new InvalidOperationException("one listens already");
        return Task.FromResult<IHeldOpenings>(this);
    }

    public Task<int> ResendAsync(IReadOnlySet<IPEndPoint> stores, CancellationToken token)
    {
        lock (gate)
            log.Add($"resend {stores.Count}");
        return ListeningRefusal is { } refusal ? Task.FromException<int>(refusal) : Task.FromResult(1);
    }

    public ValueTask DisposeAsync()
    {
        IsListening = false;
        return ValueTask.CompletedTask;
    }

    public Task CheckAsync(StoreRules wanted, CancellationToken token) => Refuse(true);

    public Task CheckAsync(CancellationToken token) => Refuse(true);

    public Task<StoreRules> ReadAsync(CancellationToken token) => Refuse(Rules);

    public Task<AppliedRules> ApplyAsync(StoreRules wanted, CancellationToken token)
    {
        if (Refusal is not null)
            return Refuse<AppliedRules>(null!);
        lock (gate)
        {
            var changed = rules != wanted;
            if (changed)
                log.Add((IsListening || ListeningRefusal is not null || (wanted.Held.IsEmpty && wanted.Closed.IsEmpty) ? "" : "deaf ") + (wanted.IsNone ? "none" : !wanted.Closed.IsEmpty ? "close" : wanted.Held.IsEmpty ? "redirect" : "hold"));
            rules = wanted;
            return Task.FromResult(new AppliedRules(wanted, changed));
        }
    }

    public Task<ImmutableArray<StoreConnection>> ListAsync(IReadOnlySet<IPEndPoint> stores, CancellationToken token) =>
        Refuse<ImmutableArray<StoreConnection>>([.. Standing.Where(c => stores.Contains(c.Store))]);

    public async Task<ImmutableArray<StoreConnection>> SweepAsync(IReadOnlySet<IPEndPoint> stores, Func<StoreConnection, bool> resets, CancellationToken token)
    {
        var all = await ListAsync(stores, token);
        await ResetAsync(all.Where(resets), token);
        return all.RemoveAll(connection => resets(connection));
    }

    public Task<int> ResetAsync(IEnumerable<StoreConnection> connections, CancellationToken token)
    {
        lock (gate)
            foreach (var connection in connections)
            {
                log.Add($"reset {connection.Local.Port}");
                Standing = Standing.Remove(connection);
            }
        return Task.FromResult(0);
    }

    private Task<T> Refuse<T>(T otherwise) => Refusal is { } refusal ? Task.FromException<T>(refusal) : Task.FromResult(otherwise);
}
