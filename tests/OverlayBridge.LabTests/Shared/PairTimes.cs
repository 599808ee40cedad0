using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OverlayBridge.Lab.Engines;

namespace OverlayBridge.LabTests.Shared;

/// <summary>
/// How long after the last change each pair of containers on different hosts talks: TCP from the one's network namespace, and the right name in
/// the other's answer. By sockets of this process, for the starts of many programs would else be what is measured. Pairs of two legacy hosts are
/// the engines' own affair, and not always well after kills: an engine of 20.10 keeps for good what gossip once answered of an address (a peer
/// named "dummy" in its log), also when the address is another host's meanwhile. They are counted, and nothing is demanded of them.
/// </summary>
internal sealed class PairTimes
{
    /// <summary>What is demanded of a pair on a machine that does nothing else.</summary>
    private const double DemandedSeconds = 2;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LegacyLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OneQuestion = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly byte[] Question = Encoding.ASCII.GetBytes("GET / HTTP/1.0\r\n\r\n");

    private readonly List<double> _seconds = [];
    private int _atOnce;
    private int _legacyPairs;
    private int _legacyFailures;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Waits until every pair talks, counted from now, the moment of the last change.</summary>
    public async Task MeasureAsync(IReadOnlyCollection<Peer> peers)
    {
        var begun = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(peers.Select(async from =>
        {
            var others = peers.Where(to => to.Container.Host != from.Container.Host).ToLookup(to => from.Container.Host.IsLegacy && to.Container.Host.IsLegacy);
            foreach (var to in others[false])
                await AskAsync(from, to, begun);
            foreach (var to in others[true])
                await AskLegacyAsync(from, to);
        }));
    }

    /// <summary>All times so far, for people.</summary>
    public override string ToString()
    {
        var sorted = _seconds.Order().ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{sorted.Count} pairs talked after the last change in p50 {At(sorted, 0.5):0.00} s, p99 {At(sorted, 0.99):0.00} s, at most {sorted[^1]:0.00} s, the time of asking included; {_atOnce} answered the first question, {sorted.Count(time => time > DemandedSeconds)} took over {DemandedSeconds:0} s; {_legacyFailures} of {_legacyPairs} pairs of two legacy hosts did not talk in {LegacyLimit.TotalSeconds:0} s");
    }

    private async Task AskAsync(Peer from, Peer to, long begun)
    {
        var vain = 0;
        while (!await AnswersAsync(from, to))
        {
            vain++;
            Assert.True(
                TimeProvider.System.GetElapsedTime(begun) < Limit,
                $"{from.Container.Name} on {from.Container.Host.Name} had no answer of {to.Container.Name} ({to.Address}) on {to.Container.Host.Name} within {Limit.TotalSeconds:0} s");
        }
        lock (_seconds)
        {
            _seconds.Add(TimeProvider.System.GetElapsedTime(begun).TotalSeconds);
            _atOnce += vain == 0 ? 1 : 0;
        }
    }

    private async Task AskLegacyAsync(Peer from, Peer to)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var answers = false;
        while (!answers && TimeProvider.System.GetElapsedTime(begun) < LegacyLimit)
            answers = await AnswersAsync(from, to);
        Interlocked.Increment(ref _legacyPairs);
        if (!answers)
            Interlocked.Increment(ref _legacyFailures);
    }

    private static async Task<bool> AnswersAsync(Peer from, Peer to)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(OneQuestion);
        using var socket = await LabContainer.OpenSocketAsync(from.NetworkNamespace, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(to.Address, 80, limit.Token);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(Question, limit.Token);
            using var reader = new StreamReader(stream);
            return (await reader.ReadToEndAsync(limit.Token)).TrimEnd().EndsWith(to.Container.Name, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !Cancel.IsCancellationRequested))
        {
            await Task.Delay(Pause, Cancel);
            return false; // nothing there yet
        }
    }

    private static double At(List<double> sorted, double part) => sorted[Math.Min((int)(sorted.Count * part), sorted.Count - 1)];

    /// <param name="NetworkNamespace">The container's own, as <see cref="LabContainer.NetworkNamespaceAsync"/> gives it.</param>
    internal sealed record Peer(LabContainer Container, IPAddress Address, string NetworkNamespace);
}
