using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OverlayBridge.Lab.Engines;

namespace OverlayBridge.LabTests.Shared;

/// <summary>
/// How long after the last change each pair of containers on different hosts talks: TCP from the one's network namespace, and the right name in
/// the other's answer. By sockets of this process, for the starts of many programs would else be what is measured.
/// </summary>
internal sealed class PairTimes
{
    /// <summary>What is demanded of a pair on a machine that does nothing else.</summary>
    private const double DemandedSeconds = 2;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan OneQuestion = TimeSpan.FromMilliseconds(500);
    private static readonly byte[] Question = Encoding.ASCII.GetBytes("GET / HTTP/1.0\r\n\r\n");

    private readonly List<double> _seconds = [];
    private int _atOnce;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Waits until every pair talks, counted from now, the moment of the last change.</summary>
    public async Task MeasureAsync(IReadOnlyCollection<Peer> peers)
    {
        var begun = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(peers.Select(async from =>
        {
            foreach (var to in peers.Where(to => to.Container.Host != from.Container.Host))
                await AskAsync(from, to, begun);
        }));
    }

    /// <summary>All times so far, for people.</summary>
    public override string ToString()
    {
        var sorted = _seconds.Order().ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{sorted.Count} pairs talked after the last change in p50 {At(sorted, 0.5):0.00} s, p99 {At(sorted, 0.99):0.00} s, at most {sorted[^1]:0.00} s, the time of asking included; {_atOnce} answered the first question, {sorted.Count(time => time > DemandedSeconds)} took over {DemandedSeconds:0} s");
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
            return false; // nothing there yet
        }
    }

    private static double At(List<double> sorted, double part) => sorted[Math.Min((int)(sorted.Count * part), sorted.Count - 1)];

    /// <param name="NetworkNamespace">The container's own, as <see cref="LabContainer.NetworkNamespaceAsync"/> gives it.</param>
    internal sealed record Peer(LabContainer Container, IPAddress Address, string NetworkNamespace);
}
