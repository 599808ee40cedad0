using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace OverlayBridge.Migration.Agent.Probing;

public sealed class StaggeredConnectTests
{
    private static readonly ImmutableArray<IPAddress> Three = [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2"), IPAddress.Parse("10.0.0.3")];

    private readonly FakeTimeProvider time = new();
    private readonly List<string> begun = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_address_that_refuses_is_passed_over_at_once()
    {
        using var connection = await StaggeredConnect.AnyAsync(
            Three, (address, _) => address.Equals(Three[2]) ? Task.FromResult(Begin(address)) : Refuse(address), time, Cancel);

        Assert.Equal("10.0.0.3", connection.Address);
        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3"], begun);
    }

    [Fact]
    public async Task An_address_that_is_silent_delays_the_next_one_and_is_given_up_when_that_answers()
    {
        var silent = new TaskCompletionSource<Connection>();
        var any = StaggeredConnect.AnyAsync(
            Three, (address, one) => address.Equals(Three[0]) ? Silent(silent, address, one) : Task.FromResult(Begin(address)), time, Cancel);
        Assert.Equal(["10.0.0.1"], begun);
        time.Advance(TimeSpan.FromMilliseconds(250));

        using var connection = await any;
        Assert.Equal("10.0.0.2", connection.Address);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => silent.Task);
    }

    [Fact]
    public async Task A_slow_address_is_taken_when_the_others_refuse()
    {
        var slow = new TaskCompletionSource<Connection>();
        var any = StaggeredConnect.AnyAsync(Three, (address, one) => address.Equals(Three[0]) ? Silent(slow, address, one) : Refuse(address), time, Cancel);
        time.Advance(TimeSpan.FromMilliseconds(250));
        while (begun.Count < 3)
            await Task.Delay(1, Cancel);
        slow.SetResult(Begin(Three[0]));

        using var connection = await any;
        Assert.Equal("10.0.0.1", connection.Address);
    }

    [Fact]
    public async Task Where_none_answers_the_reason_of_the_last_one_is_told()
    {
        var error = await Assert.ThrowsAsync<IOException>(() => StaggeredConnect.AnyAsync<Connection>(Three, (address, _) => Refuse(address), time, Cancel));
        Assert.Equal("10.0.0.3 refuses", error.Message);
    }

    [Fact]
    public async Task A_time_limit_ends_it()
    {
        using var limit = new CancellationTokenSource();
        var any = StaggeredConnect.AnyAsync(Three, (address, one) => Silent(new(), address, one), time, limit.Token);
        await limit.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => any);
    }

    private Connection Begin(IPAddress address)
    {
        begun.Add($"{address}");
        return new Connection($"{address}");
    }

    private Task<Connection> Refuse(IPAddress address)
    {
        begun.Add($"{address}");
        return Task.FromException<Connection>(new IOException($"{address} refuses"));
    }

    private Task<Connection> Silent(TaskCompletionSource<Connection> source, IPAddress address, CancellationToken one)
    {
        begun.Add($"{address}");
        one.Register(() => source.TrySetCanceled(one));
        return source.Task;
    }

    private sealed record Connection(string Address) : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
