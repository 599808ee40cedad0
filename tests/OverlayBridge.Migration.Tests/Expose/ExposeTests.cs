using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Time.Testing;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Migration.Expose;
using OverlayBridge.Overlay.Exposures;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Tests.Expose;

/// <summary>Expose and unexpose on stores and an engine in memory, with the recorded healthy store as the legacy side.</summary>
public sealed class ExposeTests : IAsyncLifetime
{
    private const string Network = "back";
    private const string BitmapKey = "docker/network/v1.0/ipam/default/data/GlobalDefault/10.81.0.0/16/";

    /// <summary>More changes than either command makes.</summary>
    private const int MoreThanAll = 20;

    private readonly Faults _faults = new();
    private readonly FakeTimeProvider _time = new();
    private StoreImage _recorded = StoreImage.Empty;
    private CasStore _legacy = null!;
    private CasStore _bridge = null!;
    private ManagerEngine _manager = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        using var recorded = SourceFactory.Open(StateUri.Parse(TestFiles.Fixture("consul-healthy/kv-recurse.json")));
        _recorded = await recorded.ReadAsync(Cancel);
        Renew();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Expose_sets_the_fence_makes_the_network_and_marks_the_record_active()
    {
        var flags = _legacy.Entries.Single(entry => entry.Key == BitmapKey).Flags;

        var outcome = await ExposeAsync();

        var plan = Assert.IsType<ExposeDecision.Planned>(outcome.Decision).Plan;
        Assert.Equal("10.81.128.0/17", plan.Subnets[0].Fence.ToString());
        AssertExposed();
        Assert.Equal(flags, _legacy.Entries.Single(entry => entry.Key == BitmapKey).Flags);
        Assert.True(_manager.Made is { Attachable: true, Internal: true, Driver: "overlay" });
        Assert.Equal(("10.81.128.0/17", "10.81.0.1"), (_manager.Made.Pools[0].IpRange?.ToString(), _manager.Made.Pools[0].Gateway?.ToString()));
    }

    [Fact]
    public async Task A_second_expose_changes_nothing()
    {
        await ExposeAsync();
        _faults.Clear();

        Assert.IsType<ExposeDecision.AlreadyExposed>((await ExposeAsync()).Decision);
        Assert.Equal(0, _faults.Count);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        await Exposer().PlanAsync(new(Network), Cancel);

        Assert.Equal(0, _faults.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_expose_that_breaks_at_any_change_is_completed_by_the_next_one(bool afterEffect)
    {
        for (var at = 1; at <= await ChangesOfExposeAsync(); at++)
        {
            Renew();
            (_faults.At, _faults.AfterEffect) = (at, afterEffect);
            await Assert.ThrowsAsync<SourceException>(ExposeAsync);
            _faults.Clear();

            await ExposeAsync();

            AssertExposed();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_expose_that_breaks_at_any_change_can_be_taken_back_without_a_trace(bool afterEffect)
    {
        for (var at = 1; at <= await ChangesOfExposeAsync(); at++)
        {
            Renew();
            (_faults.At, _faults.AfterEffect) = (at, afterEffect);
            await Assert.ThrowsAsync<SourceException>(ExposeAsync);
            _faults.Clear();
            if (_bridge.Entries.IsEmpty)
                continue; // it broke before the first change took effect: there is no exposure

            await UnexposeAsync();

            AssertNoTrace();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_unexpose_that_breaks_at_any_change_is_completed_by_the_next_one(bool afterEffect)
    {
        for (var at = 1; at < MoreThanAll; at++)
        {
            Renew();
            await ExposeAsync();
            _faults.Clear();
            (_faults.At, _faults.AfterEffect) = (at, afterEffect);
            try
            {
                await UnexposeAsync();
                Assert.True(_faults.Count < at); // it makes fewer changes: all were tried
                return;
            }
            catch (SourceException)
            {
                _faults.Clear();
            }
            if (!_bridge.Entries.IsEmpty)
                await UnexposeAsync();
            AssertNoTrace();
        }
        Assert.Fail("unexpose makes more changes than expected");
    }

    [Fact]
    public async Task An_engine_that_writes_the_bitmap_first_loses_nothing()
    {
        var free = Ordinal("10.81.0.9");
        _legacy.Race = () => TakeAddress(free);

        await ExposeAsync();

        Assert.True(Bits().IsSet(free));
        AssertExposed();
    }

    [Fact]
    public async Task When_an_engine_takes_an_address_of_the_chosen_block_another_block_is_set_aside()
    {
        var inside = Ordinal("10.81.200.7");
        _legacy.Race = () => TakeAddress(inside);

        await ExposeAsync();

        var exposure = Exposure();
        Assert.False(exposure.Fence.Contains(IPAddress.Parse("10.81.200.7")));
        Assert.Equal(ExposureState.Active, exposure.State);
        Assert.Equal(exposure.Fence, _manager.Made?.Pools[0].IpRange);
    }

    [Fact]
    public async Task Two_exposes_at_once_do_not_mix_the_later_one_gives_up()
    {
        var other = Exposer();
        _bridge.Race = () => other.ExposeAsync(new(Network), TimeSpan.Zero, Silent, Cancel).AsTask();

        var error = await Assert.ThrowsAsync<ExposeException>(ExposeAsync);

        Assert.Contains("changed by somebody else", error.Message, StringComparison.Ordinal);
        Assert.Equal(ExposureState.Active, Exposure().State);
        Assert.Single(_manager.Networks);
    }

    [Fact]
    public async Task A_network_that_swarm_leaves_unallocated_is_removed_again_and_named()
    {
        _manager.LeavesUnallocated = true;
        var expose = ExposeAsync();
        while (!expose.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var error = await Assert.ThrowsAsync<ExposeException>(() => expose);
        Assert.Contains("did not allocate it", error.Message, StringComparison.Ordinal);
        Assert.Empty(_manager.Networks);
        _manager.LeavesUnallocated = false;
        await ExposeAsync();
        AssertExposed();
    }

    [Fact]
    public async Task Unexpose_refuses_while_an_agent_sees_a_container_of_the_swarm_side()
    {
        await ExposeAsync();
        Attach("h3", "api");
        _faults.Clear();

        var error = await Assert.ThrowsAsync<ExposeException>(UnexposeAsync);

        Assert.Contains("api on h3", error.Cause, StringComparison.Ordinal);
        Assert.Equal(0, _faults.Count);
    }

    [Fact]
    public async Task Unexpose_refuses_when_swarm_says_that_the_network_is_in_use()
    {
        await ExposeAsync();
        _manager.InUse = "It answered 400: network x is in use by service y";

        var error = await Assert.ThrowsAsync<ExposeException>(UnexposeAsync);

        Assert.Contains("in use by service y", error.Cause, StringComparison.Ordinal);
        AssertExposed();
    }

    [Fact]
    public async Task Unexpose_of_what_is_not_exposed_names_what_is()
    {
        await ExposeAsync();

        var error = await Assert.ThrowsAsync<ExposeException>(() => Unexposer().UnexposeAsync("front", TimeSpan.Zero, Silent, Cancel).AsTask());

        Assert.Contains("Exposed are: back", error.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_with_two_subnets_is_exposed_and_taken_back_whole()
    {
        await Exposer().ExposeAsync(new("multi"), TimeSpan.Zero, Silent, Cancel);

        Assert.Equal(["10.83.0.0/24", "10.84.0.0/24"], _manager.Made!.Pools.Select(pool => $"{pool.Subnet}"));
        Assert.Equal(["10.83.0.128/25", "10.84.0.128/25"], Exposure().Subnets.Select(subnet => $"{subnet.Fence}"));
        Assert.Equal([257u, 263u], Exposure().Subnets.Select(subnet => subnet.SwarmVni));
        await Unexposer().UnexposeAsync("multi", TimeSpan.Zero, Silent, Cancel);
        AssertNoTrace();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_further_block_that_breaks_at_any_change_is_completed_by_the_next_run_and_taken_back_without_a_trace(bool afterEffect)
    {
        for (var at = 1; at < MoreThanAll; at++)
        {
            Renew();
            await ExposeAsync();
            _faults.Clear();
            (_faults.At, _faults.AfterEffect) = (at, afterEffect);
            var broke = false;
            try
            {
                await GrowAsync();
            }
            catch (SourceException)
            {
                broke = true;
                _faults.Clear();
                await GrowAsync();
            }

            Assert.All(Exposure().Reserves, reserve => Assert.True(reserve.IsSet));
            Assert.InRange(Exposure().Reserves.Length, 1, 2); // where the last answer was lost, a second block was asked for
            foreach (var reserve in Exposure().Reserves)
                Assert.Equal(256ul, Bits().CountSet(Ordinal($"{reserve.Block.BaseAddress}"), Ordinal($"{reserve.Block.BaseAddress}") + 255));
            _faults.Clear();
            await UnexposeAsync();
            AssertNoTrace();
            if (!broke)
                return;
        }
        Assert.Fail("it makes more changes than expected");

        Task GrowAsync() => new Grower(_bridge, _legacy, _legacy).GrowAsync(new(Network, 24), Silent, Cancel).AsTask();
    }

    private static IProgress<string> Silent { get; } = new Progress<string>();

    private void Renew()
    {
        _faults.Clear();
        _legacy = new("consul://legacy:8500", _faults);
        _legacy.Load(_recorded);
        _bridge = new("bridge://bridge:8500", _faults);
        _manager = new(_faults);
    }

    private Exposer Exposer() => new(_bridge, _legacy, _legacy, _manager, _time);

    private Unexposer Unexposer() => new(_bridge, _legacy, _legacy, _manager, _time);

    private Task<ExposeOutcome> ExposeAsync() => Exposer().ExposeAsync(new(Network), TimeSpan.Zero, Silent, Cancel).AsTask();

    private Task<UnexposePlan> UnexposeAsync() => Unexposer().UnexposeAsync(Network, TimeSpan.Zero, Silent, Cancel).AsTask();

    private async Task<int> ChangesOfExposeAsync()
    {
        Renew();
        await ExposeAsync();
        Assert.InRange(_faults.Count, 4, MoreThanAll);
        return _faults.Count;
    }

    private void AssertExposed()
    {
        var exposure = Exposure();
        var network = Assert.Single(_manager.Networks);
        Assert.Equal((ExposureState.Active, network.Id, network.Vnis[0]), (exposure.State, exposure.SwarmNetworkId, exposure.SwarmVni));
        var first = Ordinal(exposure.Fence.BaseAddress.ToString());
        Assert.Equal(32767ul, Bits().CountSet(first, first + 32766)); // a /17 at the end of the pool, the broadcast left out
    }

    private void AssertNoTrace()
    {
        Assert.Empty(_manager.Networks);
        Assert.Empty(_bridge.Entries);
        Assert.Equal(_recorded.Entries.Select(entry => (entry.Key, Convert.ToHexString([.. entry.Value]), entry.Flags)), _legacy.Entries.Select(entry => (entry.Key, Convert.ToHexString([.. entry.Value]), entry.Flags)));
    }

    private ExposureRecord Exposure() => BridgeRecords.Decode<ExposureRecord>("", Assert.Single(_bridge.Entries).Value.AsSpan());

    private Legacy.Bitmaps.BitSequence Bits() => RecordFormats.Bitmap.Read(_legacy.Entries.Single(entry => entry.Key == BitmapKey)).Value.Sequence;

    private static ulong Ordinal(string address) =>
        IPAddress.Parse(address).GetAddressBytes() is [_, _, var high, var low] ? ((ulong)high << 8) | low : throw new FormatException(address);

    private Task TakeAddress(ulong ordinal)
    {
        var entry = _legacy.Entries.Single(entry => entry.Key == BitmapKey);
        var bitmap = RecordFormats.Bitmap.Read(entry);
        _legacy.Set(BitmapKey, bitmap.With(bitmap.Value with { Sequence = bitmap.Value.Sequence.Set(ordinal) }).Bytes, entry.Flags);
        return Task.CompletedTask;
    }

    private void Attach(string host, string container)
    {
        var attachment = new AttachmentRecord(
            Exposure().SwarmNetworkId, Network, "endpoint", "container", container, InterfaceAddress.Parse("10.81.128.3/16"),
            PhysicalAddress.Parse("02420A518003"), []);
        _bridge.Set(BridgeKeys.Attachment(host, attachment.NetworkId, attachment.EndpointId), [.. BridgeRecords.Encode(attachment)]);
    }
}
