using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace OverlayBridge.Benchmarks.Gateway;

/// <summary>Carries out a job: each connection sends its next request when the last one is answered.</summary>
internal sealed class LoadRun(LoadJob job)
{
    /// <summary>Between the last blocking query and the news: all servers have read them all by then.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);

    private readonly TimeSpan _cpuAtStart = Process.GetCurrentProcess().TotalProcessorTime;
    private long _requests;

    public async Task<LoadResult> RunAsync(CancellationToken token)
    {
        var connections = await ConnectAsync(token).ConfigureAwait(false);
        try
        {
            var (samples, seconds) = job.Kind switch
            {
                LoadKind.Fill => await FillAsync(connections, token).ConfigureAwait(false),
                LoadKind.Watch => await WatchAsync(connections, token).ConfigureAwait(false),
                _ => Drive(connections),
            };
            samples.Sort();
            return new LoadResult(
                _requests, samples.Count / seconds, At(samples, 0.5), At(samples, 0.99), At(samples, 1), (Process.GetCurrentProcess().TotalProcessorTime - _cpuAtStart).TotalMilliseconds);
        }
        finally
        {
            foreach (var connection in connections)
                connection.Dispose();
        }
    }

    private async Task<HttpConnection[]> ConnectAsync(CancellationToken token)
    {
        var connections = new HttpConnection[job.Connections];
        for (int i = 0; i < connections.Length; i++)
        {
            connections[i] = new HttpConnection();
            await connections[i].ConnectAsync(IPEndPoint.Parse(job.Targets[i % job.Targets.Length]), token).ConfigureAwait(false);
        }
        return connections;
    }

    private (List<double> Samples, double Seconds) Drive(HttpConnection[] connections)
    {
        long begin = Stopwatch.GetTimestamp() + Ticks(job.WarmUpSeconds), end = begin + Ticks(job.Seconds);
        using var loop = new DriveLoop(job, connections);
        var samples = loop.Run(begin, end);
        _requests = loop.Answered;
        return (samples, job.Seconds);
    }

    private async Task<(List<double> Samples, double Seconds)> FillAsync(HttpConnection[] connections, CancellationToken token)
    {
        var parts = new ConcurrentQueue<int[]>(Enumerable.Range(0, job.Keys).Chunk(Requests.KeysPerTransaction));
        var samples = new ConcurrentBag<double>();
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(connections.Select(FillAsync)).ConfigureAwait(false);
        return ([.. samples], Stopwatch.GetElapsedTime(start).TotalSeconds);

        async Task FillAsync(HttpConnection connection)
        {
            while (parts.TryDequeue(out int[]? keys))
            {
                long sent = Stopwatch.GetTimestamp();
                await connection.ExchangeAsync(Requests.Fill(keys), token).ConfigureAwait(false);
                samples.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                Interlocked.Increment(ref _requests);
            }
        }
    }

    /// <summary>Samples are the times from a write until each reader has the news of it.</summary>
    private async Task<(List<double> Samples, double Seconds)> WatchAsync(HttpConnection[] connections, CancellationToken token)
    {
        using var writer = new HttpConnection();
        await writer.ConnectAsync(IPEndPoint.Parse(job.Targets[0]), token).ConfigureAwait(false);
        await writer.ExchangeAsync(Requests.News(Stopwatch.GetTimestamp() % 100_000_000), token).ConfigureAwait(false);
        await writer.ExchangeAsync(Requests.Watch(0), token).ConfigureAwait(false);
        var samples = new List<double>();
        double slowest = 0;
        for (int i = 0; i < job.Times; i++)
        {
            ulong index = writer.Index;
            var readers = connections.Select(connection => ReadAsync(connection, index)).ToList();
            await Task.Delay(Settle, token).ConfigureAwait(false);
            if (readers.Count(static reader => reader.IsCompleted) is var early and > 0)
                throw new InvalidOperationException($"{early} readers had an answer before there was news.");
            long written = Stopwatch.GetTimestamp();
            await writer.ExchangeAsync(Requests.News(written % 100_000_000), token).ConfigureAwait(false);
            var times = (await Task.WhenAll(readers).ConfigureAwait(false)).Select(got => Stopwatch.GetElapsedTime(written, got).TotalMilliseconds).ToList();
            samples.AddRange(times);
            slowest += times.Max() / 1000;
            await writer.ExchangeAsync(Requests.Watch(0), token).ConfigureAwait(false);
        }
        return (samples, slowest);

        async Task<long> ReadAsync(HttpConnection connection, ulong index)
        {
            await connection.ExchangeAsync(Requests.Watch(index), token).ConfigureAwait(false);
            Interlocked.Increment(ref _requests);
            return Stopwatch.GetTimestamp();
        }
    }

    private static double At(List<double> sorted, double part) => sorted.Count == 0 ? 0 : sorted[(int)((sorted.Count - 1) * part)];

    private static long Ticks(double seconds) => (long)(seconds * Stopwatch.Frequency);
}
