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
/// named "dummy" in its log), also when the address is another host's meanwhile. They are counted, and nothing is demanded of them. Pairs of two swarm hosts
/// depend on the swarm's own gossip, which takes up to a minute and a half after an engine has ended, unless the agents help (decision 034); they are told apart.
/// </summary>
internal sealed class PairTimes
{
    /// <summary>What is demanded of a pair on a machine that does nothing else.</summary>
    private const double DemandedSeconds = 2;

    private const int ShownLate = 20;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LegacyLimit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long an answer to a first question is awaited, twice as long for each further one. What is asked of a pair that has no path yet is lost, and the kernel repeats
    /// it after a second only: a long wait would be counted as the pair's, and as that of all that are asked behind it.
    /// </summary>
    private static readonly TimeSpan FirstQuestion = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestQuestion = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly byte[] Question = Encoding.ASCII.GetBytes("GET / HTTP/1.0\r\n\r\n");

    private readonly List<double> _across = [];
    private readonly List<double> _swarm = [];
    private readonly List<string> _late = [];
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
            var again = new List<Task>();
            foreach (var to in others[false].OrderByDescending(to => IsAcross(from, to))) // those first for which the bridge stands
                if (await AnswersAsync(from, to, vain: 0))
                    Note(from, to, begun, vain: 0);
                else
                    again.Add(AskAgainAsync(from, to, begun)); // nobody else waits for it
            foreach (var to in others[true])
                await AskLegacyAsync(from, to);
            await Task.WhenAll(again);
        }));
    }

    /// <summary>All times so far, for people.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"after the last change, the time of asking included, {Times("pairs across the sides", _across)}, {Times("pairs of two swarm hosts", _swarm)}; {_atOnce} answered the first question; {_legacyFailures} of {_legacyPairs} pairs of two legacy hosts did not talk in {LegacyLimit.TotalSeconds:0} s{(_late.Count > 0 ? $"; late: {string.Join(", ", _late)}" : "")}");

    private static string Times(string what, List<double> seconds)
    {
        var sorted = seconds.Order().ToList();
        return sorted.Count == 0 ? $"no {what}" : string.Create(
            CultureInfo.InvariantCulture,
            $"{sorted.Count} {what} talked in p50 {At(sorted, 0.5):0.00} s, p99 {At(sorted, 0.99):0.00} s, at most {sorted[^1]:0.00} s, {sorted.Count(time => time > DemandedSeconds)} in over {DemandedSeconds:0} s");
    }

    private async Task AskAgainAsync(Peer from, Peer to, long begun)
    {
        var vain = 1;
        while (!await AnswersAsync(from, to, vain))
        {
            vain++;
            Assert.True(
                TimeProvider.System.GetElapsedTime(begun) < Limit,
                $"{from.Container.Name} on {from.Container.Host.Name} had no answer of {to.Container.Name} ({to.Address}) on {to.Container.Host.Name} within {Limit.TotalSeconds:0} s");
        }
        Note(from, to, begun, vain);
    }

    private void Note(Peer from, Peer to, long begun, int vain)
    {
        var seconds = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
        var isAcross = IsAcross(from, to);
        lock (_across)
        {
            (isAcross ? _across : _swarm).Add(seconds);
            _atOnce += vain == 0 ? 1 : 0;
            if (isAcross && seconds > DemandedSeconds && _late.Count < ShownLate)
                _late.Add(string.Create(CultureInfo.InvariantCulture, $"{from.Container.Name} on {from.Container.Host.Name} to {to.Container.Name} on {to.Container.Host.Name} {seconds:0.0} s"));
        }
    }

    private static bool IsAcross(Peer from, Peer to) => from.Container.Host.IsLegacy != to.Container.Host.IsLegacy;

    private async Task AskLegacyAsync(Peer from, Peer to)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var answers = false;
        for (var vain = 0; !answers && TimeProvider.System.GetElapsedTime(begun) < LegacyLimit; vain++)
            answers = await AnswersAsync(from, to, vain);
        Interlocked.Increment(ref _legacyPairs);
        if (!answers)
            Interlocked.Increment(ref _legacyFailures);
    }

    private static async Task<bool> AnswersAsync(Peer from, Peer to, int vain)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(QuestionAfter(vain));
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

    private static TimeSpan QuestionAfter(int vain)
    {
        var limit = FirstQuestion * Math.Pow(2, Math.Min(vain, 16));
        return limit < LongestQuestion ? limit : LongestQuestion;
    }

    private static double At(List<double> sorted, double part) => sorted[Math.Min((int)(sorted.Count * part), sorted.Count - 1)];

    /// <param name="NetworkNamespace">The container's own, as <see cref="LabContainer.NetworkNamespaceAsync"/> gives it.</param>
    internal sealed record Peer(LabContainer Container, IPAddress Address, string NetworkNamespace);
}
