using BenchmarkDotNet.Attributes;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Endpoints;
using OverlayBridge.Legacy.Records.Networks;
using OverlayBridge.Legacy.Store;
using OverlayBridge.SyntheticStores;

namespace OverlayBridge.Benchmarks;

/// <summary>Bytes to records and back.</summary>
[MemoryDiagnoser]
public class RecordBenchmarks
{
    private readonly StoreImage _store = SyntheticStore.Generate(SyntheticShape.Medium, 1);
    private KeyValueEntry _endpoint = null!;
    private KeyValueEntry _network = null!;
    private EndpointRecord _record = null!;

    [GlobalSetup]
    public void Pick()
    {
        _endpoint = _store.Entries.First(e => LegacyKey.Parse(e.Key) is EndpointKey);
        _network = _store.Entries.First(e => LegacyKey.Parse(e.Key) is NetworkKey);
        _record = DecodeEndpoint();
    }

    [Benchmark]
    public LegacyKey ParseKey() => LegacyKey.Parse(_endpoint.Key);

    [Benchmark]
    public EndpointRecord DecodeEndpoint() => RecordFormats.Endpoint.Decode(_endpoint.Key, _endpoint.Value.AsSpan());

    [Benchmark]
    public int EncodeEndpoint() => RecordFormats.Endpoint.Encode(_record).Length;

    [Benchmark]
    public NetworkRecord DecodeNetwork() => RecordFormats.Network.Decode(_network.Key, _network.Value.AsSpan());
}
