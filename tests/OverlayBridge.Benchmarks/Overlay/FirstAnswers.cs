using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OverlayBridge.Lab.Engines;

namespace OverlayBridge.Benchmarks.Overlay;

/// <summary>
/// From the engine's event that a container has started to the first packet that it answers to one on another host, which asks all the while; across the
/// two sides, and within the swarm as its engines do it themselves. The question is a datagram to a port on which nobody listens: the kernel answers it,
/// so no start of a program is measured.
/// </summary>
internal sealed class FirstAnswers(SharedOverlay overlay, GoalTable table)
{
    private const int NobodyListens = 9;
    private const double MostP99 = 200;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(2);

    private int _started;

    private sealed record Kind(string Name, LabHost Host, OverlayBox Asker, List<(double Start, double Connect)> Times);

    public async Task RunAsync(int starts, CancellationToken token)
    {
        var (legacy, swarm) = (overlay.Legacy, overlay.Swarm);
        Kind[] kinds =
        [
            new("swarm's own", swarm[0].Host, swarm[1], []),
            new("started on the legacy side", legacy[0].Host, swarm[1], []),
            new("started on the swarm side", swarm[0].Host, legacy[1], []),
        ];
        foreach (var asker in kinds.Select(static kind => kind.Asker).Distinct())
            await AskForAddressesOftenAsync(asker, token);
        for (var i = 0; i < starts; i++)
        {
            Random.Shared.Shuffle(kinds);
            foreach (var kind in kinds)
                kind.Times.Add(await OneAsync(kind, token));
        }
        var native = kinds.Single(kind => kind.Name == "swarm's own");
        foreach (var kind in kinds.Where(kind => kind != native).OrderBy(static kind => kind.Name, StringComparer.Ordinal))
            Report(kind, native);
    }

    private void Report(Kind kind, Kind native)
    {
        Add("start", static time => time.Start, MostP99);
        Add("connect", static time => time.Connect, null);

        void Add(string what, Func<(double Start, double Connect), double> of, double? most)
        {
            double[] ours = [.. kind.Times.Select(of).Order()], theirs = [.. native.Times.Select(of).Order()];
            table.Add($"{kind.Name}: ms from event '{what}' to an answer, p50", GoalTable.At(ours, 0.5), GoalTable.At(theirs, 0.5));
            table.Add($"{kind.Name}: ms from event '{what}' to an answer, p99", GoalTable.At(ours, 0.99), GoalTable.At(theirs, 0.99), atMost: most);
        }
    }

    private async Task<(double Start, double Connect)> OneAsync(Kind kind, CancellationToken token)
    {
        var number = ++_started;
        var address = SharedOverlay.FreeAddress(kind.Host, number);
        using var socket = await kind.Asker.OpenSocketAsync(SocketType.Dgram, ProtocolType.Udp);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var since = DateTimeOffset.UtcNow;
        var asking = Task.Factory.StartNew(() => FirstAnswer(socket, address, stop.Token), token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            var container = await kind.Host.RunAsync($"new{number}", SharedOverlay.Name, token, "--ip", $"{address}");
            stop.CancelAfter(Limit);
            var answered = await asking;
            var (start, connect) = await EventsAsync(kind.Host, container, since, token);
            await container.RemoveAsync(token);
            return ((answered - start).TotalMilliseconds, (answered - connect).TotalMilliseconds);
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The kernel asks for an address once a second by default, which would be most of what is measured, on both sides alike.</summary>
    private static async Task AskForAddressesOftenAsync(OverlayBox asker, CancellationToken token)
    {
        var set = await asker.Host.ExecAsync(
            ["nsenter", $"--net=/run/docker/netns/{Path.GetFileName(asker.NetworkNamespace)}", "sh", "-c", "for each in /proc/sys/net/ipv4/neigh/eth*/retrans_time_ms; do echo 10 >$each; done"], token);
        set.Success();
    }

    private static DateTimeOffset FirstAnswer(Socket socket, IPAddress address, CancellationToken token)
    {
        socket.Connect(address, NobodyListens);
        byte[] data = [0];
        while (true)
        {
            token.ThrowIfCancellationRequested();
            try
            {
                socket.Send(data);
                if (socket.Poll(BetweenQuestions, SelectMode.SelectRead))
                    socket.Receive(data);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
            {
                return DateTimeOffset.UtcNow;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.HostUnreachable or SocketError.NetworkUnreachable)
            {
                // Nobody has the address yet.
            }
        }
    }

    private static async Task<(DateTimeOffset Start, DateTimeOffset Connect)> EventsAsync(LabHost host, LabContainer container, DateTimeOffset since, CancellationToken token)
    {
        const string Format = """{{.TimeNano}} {{.Type}} {{.Action}} {{.Actor.ID}} {{index .Actor.Attributes "container"}} {{index .Actor.Attributes "name"}}""";
        var lines = (await host.DockerAsync(
            ["events", "--since", Seconds(since), "--until", Seconds(DateTimeOffset.UtcNow), "--filter", "event=start", "--filter", "event=connect", "--format", Format], token)).Split('\n');
        return (At($"container start {container.Id} "), At($"network connect ", $" {container.Id} {SharedOverlay.Name}"));

        DateTimeOffset At(string what, string end = "")
        {
            var line = lines.LastOrDefault(line => line.Contains(what, StringComparison.Ordinal) && line.EndsWith(end, StringComparison.Ordinal))
                ?? throw new InvalidOperationException($"{host.Name} told of no '{what}' of {container.Name}: {string.Join("; ", lines)}");
            return DateTimeOffset.UnixEpoch.AddTicks(long.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture) / TimeSpan.NanosecondsPerTick);
        }
    }

    private static string Seconds(DateTimeOffset time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.ToUnixTimeSeconds()}.{time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick:000000000}");
}
