using System.Net;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Takeovers;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Tests.Takeover;

/// <summary>An agent as far as the protocol goes: it is there, and does what the phase asks of it, unless it is told to refuse a phase.</summary>
internal sealed class FakeAgent : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly IConsulClient _store;
    private readonly string _name;
    private readonly Task _running;
    private ulong _beats;

    public FakeAgent(Uri store, string name, string vtep)
    {
        (_store, _name) = (SourceFactory.Connect(StateUri.Parse($"bridge://{store.Authority}")), name);
        _running = RunAsync(IPAddress.Parse(vtep));
    }

    /// <summary>The phase in which it does nothing; null: none.</summary>
    public TakeoverPhase? Deaf { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _store.Dispose();
    }

    private async Task RunAsync(IPAddress vtep)
    {
        var told = "";
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await PutAsync(BridgeKeys.Host(_name), new HostRecord(_name, "", "", vtep, null, HostState.Up, EngineState.Up, DateTimeOffset.UnixEpoch, "1"));
                await PutAsync(BridgeKeys.Heartbeat(_name), new HeartbeatRecord(++_beats, DateTimeOffset.UtcNow));
                var (entry, _) = await _store.GetAsync(BridgeKeys.Takeover, default, _stop.Token);
                if (entry is not null && BridgeRecords.Decode<TakeoverRecord>(entry.Key, entry.Value.AsSpan()) is { } takeover && takeover.Phase != Deaf)
                {
                    var state = TakeoverPhases.Wanted(takeover.Phase);
                    if (told != $"{takeover.Id} {state}")
                        await PutAsync(BridgeKeys.HostTakeover(_name), new TakeoverHostReport(takeover.Id, state, DateTimeOffset.UtcNow, "nftables", 0, ""));
                    told = $"{takeover.Id} {state}";
                }
            }
            catch (SourceException)
            {
                // The store is being killed and started again, as a test wants it: an agent goes on asking.
                told = "";
            }
            await Task.Delay(30, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PutAsync<T>(string key, T record)
        where T : IBridgeRecord<T> => await _store.PutAsync(key, BridgeRecords.Encode(record), default, _stop.Token);
}
