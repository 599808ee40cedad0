using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OverlayBridge.Legacy.Bitmaps;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Expose;
using OverlayBridge.Migration.Agent;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Tests.Expose;

/// <summary>The guard against whoever clears bits of a fence, on stores in memory.</summary>
public sealed class FenceGuardTests : IAsyncLifetime
{
    private const string Network = "back";
    private const string BitmapKey = "docker/network/v1.0/ipam/default/data/GlobalDefault/10.81.0.0/16/";
    private const ulong First = 32768;
    private const ulong Last = 65534;

    private readonly Faults _faults = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CasStore _legacy;
    private readonly CasStore _bridge;

    public FenceGuardTests()
    {
        _legacy = new("consul://legacy:8500", _faults);
        _bridge = new("bridge://bridge:8500", _faults);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        using var recorded = SourceFactory.Open(StateUri.Parse(TestFiles.Fixture("consul-healthy/kv-recurse.json")));
        _legacy.Load(await recorded.ReadAsync(Cancel));
        await new Exposer(_bridge, _legacy, _legacy, new ManagerEngine(_faults), _time).ExposeAsync(new(Network), TimeSpan.Zero, new Progress<string>(), Cancel);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Bits_that_an_operator_or_an_engine_cleared_are_set_again_and_nothing_else_is_touched()
    {
        Change(bits => bits.Clear(First + 5, First + 900).Set(7));

        await UntilGuardedAsync(() => Bits().CountSet(First, Last) == Last - First + 1);

        Assert.True(Bits().IsSet(7));
        Assert.False(Bits().IsSet(8));
    }

    [Fact]
    public async Task A_guard_that_loses_the_race_against_an_engine_loses_nothing_of_the_engines()
    {
        Change(bits => bits.Clear(First, Last));
        _legacy.Race = () =>
        {
            Change(bits => bits.Set(9));
            return Task.CompletedTask;
        };

        await UntilGuardedAsync(() => Bits().CountSet(First, Last) == Last - First + 1);

        Assert.True(Bits().IsSet(9));
    }

    [Fact]
    public async Task What_an_unexpose_gives_back_at_the_same_moment_stays_given_back()
    {
        // The guard has read the bitmap with a bit missing when unexpose changes the record and then clears the fence.
        Change(bits => bits.Clear(First));
        var unexposed = false;
        _legacy.Race = async () =>
        {
            unexposed = true;
            await new Unexposer(_bridge, _legacy, _legacy, new ManagerEngine(_faults), _time).UnexposeAsync(Network, TimeSpan.Zero, new Progress<string>(), Cancel);
        };

        await UntilGuardedAsync(() => unexposed);

        Assert.Equal(0ul, Bits().CountSet(First, Last));
        Assert.Empty(_bridge.Entries);
    }

    [Fact]
    public async Task An_exposure_that_is_being_taken_back_is_not_guarded()
    {
        var entry = Assert.Single(_bridge.Entries);
        var retracting = BridgeRecords.Decode<ExposureRecord>(entry.Key, entry.Value.AsSpan()) with { State = ExposureState.Retracting };
        _bridge.Set(entry.Key, [.. BridgeRecords.Encode(retracting)]);
        Change(bits => bits.Clear(First));
        var before = _legacy.Reads;

        await UntilGuardedAsync(() => _bridge.Reads > 20);

        Assert.Equal(before, _legacy.Reads);
        Assert.False(Bits().IsSet(First));
    }

    /// <summary>Runs the guard until it has done its work; a guard that fails is found.</summary>
    private async Task UntilGuardedAsync(Func<bool> done)
    {
        await using var background = new Background();
        background.Run(token => new FenceGuard(_bridge, _ => _legacy, background.Time, NullLogger<FenceGuard>.Instance).RunAsync(token));
        await background.UntilAsync(done);
    }

    private BitSequence Bits() => RecordFormats.Bitmap.Read(Entry()).Value.Sequence;

    private KeyValueEntry Entry() => _legacy.Entries.Single(entry => entry.Key == BitmapKey);

    private void Change(Func<BitSequence, BitSequence> change)
    {
        var bitmap = RecordFormats.Bitmap.Read(Entry());
        _legacy.Set(BitmapKey, bitmap.With(bitmap.Value with { Sequence = change(bitmap.Value.Sequence) }).Bytes, Entry().Flags);
    }
}
