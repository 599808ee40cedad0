using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Engines;
using OverlayBridge.Migration.Agent.Naming;

namespace OverlayBridge.Migration.Tests.Agent.Naming;

/// <summary>The loop over a real socket on loopback, with an engine that says who asks.</summary>
public sealed class NamesLoopTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task What_the_store_and_the_engine_say_is_answered_as_soon_as_they_say_it()
    {
        var engine = new MemberEngine();
        var port = FreePort();
        var loop = new NamesLoop(engine, new NameListening(IPAddress.Loopback, port), "/nowhere/resolv.conf", TimeProvider.System, NullLogger.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = loop.RunAsync(stop.Token);

        await UntilAsync(port, "db", code: 2, answers: 0); // nothing is known yet
        loop.Use(NameViewsTests.State());
        await UntilAsync(port, "db", code: 0, answers: 1);

        engine.Members = [new("c1", IPAddress.Loopback)];
        loop.Use(NameViewsTests.Host("other"));
        await UntilAsync(port, "db", code: 3, answers: 0); // the asker turned out to be on no shared network

        engine.Fails = true;
        loop.Use(NameViewsTests.Host("swarm-1"));
        await UntilAsync(port, "db", code: 0, answers: 1); // who asks is known from before
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_address_that_is_taken_is_served_once_it_is_free()
    {
        var port = FreePort();
        var taken = new UdpClient(new IPEndPoint(IPAddress.Loopback, port));
        var loop = new NamesLoop(new MemberEngine(), new NameListening(IPAddress.Loopback, port), "/nowhere/resolv.conf", TimeProvider.System, NullLogger.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        loop.Use(NameViewsTests.State());
        var running = loop.RunAsync(stop.Token);

        Assert.False(running.IsCompleted);
        taken.Dispose();
        await UntilAsync(port, "db", code: 0, answers: 1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static async Task UntilAsync(int port, string name, int code, int answers)
    {
        byte[] query = [1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, (byte)name.Length, .. System.Text.Encoding.ASCII.GetBytes(name), 0, 0, 1, 0, 1];
        while (true)
        {
            using var client = new UdpClient();
            client.Connect(IPAddress.Loopback, port);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            limit.CancelAfter(TimeSpan.FromMilliseconds(200));
            try
            {
                await client.SendAsync(query, limit.Token);
                var answer = (await client.ReceiveAsync(limit.Token)).Buffer;
                if ((answer[3] & 15) == code && answer[7] == answers)
                    return;
            }
            catch (Exception failure) when (failure is SocketException || (failure is OperationCanceledException && !Cancel.IsCancellationRequested))
            {
                continue; // nobody listens yet
            }
            await Task.Delay(10, Cancel);
        }
    }

    private static int FreePort()
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.Client.LocalEndPoint!).Port;
    }

    private sealed class MemberEngine : IEngine
    {
        public ImmutableArray<EngineMember> Members { get; set; } = [];

        public bool Fails { get; set; }

        public Uri Endpoint { get; } = new("unix:///nowhere");

        public Task<ImmutableArray<EngineMember>> MembersAsync(string network, CancellationToken token) => Fails
            ? Task.FromException<ImmutableArray<EngineMember>>(new EngineException("The engine is away.", "It does not answer.", "Start it."))
            : Task.FromResult(Members);

        public Task<EngineInfo> InfoAsync(CancellationToken token) => throw NotAsked();

        public Task<ImmutableArray<EngineContainer>> ContainersAsync(CancellationToken token) => throw NotAsked();

        public Task<EngineContainer?> InspectAsync(string containerId, CancellationToken token) => throw NotAsked();

        public Task<ImmutableArray<EngineNetwork>> NetworksAsync(CancellationToken token) => throw NotAsked();

        public Task FollowEventsAsync(DateTimeOffset since, Action<EngineEvent> happened, CancellationToken token) => throw NotAsked();

        public Task<string> CreateNetworkAsync(NetworkSpec network, CancellationToken token) => throw NotAsked();

        public Task RemoveNetworkAsync(string idOrName, CancellationToken token) => throw NotAsked();

        public void Dispose()
        {
        }

        private static NotSupportedException NotAsked() => new("the name server asks only who is on the bridge");
    }
}
