using System.Diagnostics;
using System.Net.Sockets;

namespace OverlayBridge.Benchmarks.Overlay;

/// <summary>
/// Throughput and latency of one TCP connection between containers on different hosts, across the two sides and within each. A round has all paths in a
/// random order and gives one ratio: what else the machine does then weighs on both alike.
/// </summary>
internal sealed class PathMeasure(SharedOverlay overlay, GoalTable table)
{
    private const int WriteBytes = 128 * 1024;

    public async Task RunAsync(int rounds, TimeSpan length, CancellationToken token)
    {
        var rates = new List<(double, double)>();
        var trips = new List<(double, double)>();
        await RoundAsync(StreamAsync, length); // until everything is compiled and the windows have grown
        await RoundAsync(TripsAsync, length);
        for (var round = 0; round < rounds; round++)
        {
            token.ThrowIfCancellationRequested();
            rates.Add(await RoundAsync(StreamAsync, length));
            trips.Add(await RoundAsync(TripsAsync, length));
        }
        table.AddRatio("throughput of a connection: Gbit/s", rates, atLeast: 0.98);
        table.AddRatio("latency, there and back: µs", trips, atMost: 1.02);
    }

    private async Task<(double Native, double Ours)> RoundAsync(Func<OverlayBox, OverlayBox, TimeSpan, Task<double>> measure, TimeSpan length)
    {
        var paths = overlay.NativePaths.Select(static path => (path, native: true)).Concat(overlay.StitchedPaths.Select(static path => (path, native: false))).ToArray();
        Random.Shared.Shuffle(paths);
        var found = new List<(double Figure, bool Native)>();
        foreach (var ((from, to), native) in paths)
            found.Add((await measure(from, to, length), native));
        return (found.Where(static one => one.Native).Average(static one => one.Figure), found.Where(static one => !one.Native).Average(static one => one.Figure));
    }

    private static async Task<double> StreamAsync(OverlayBox from, OverlayBox to, TimeSpan length)
    {
        var (here, there) = await from.ConnectAsync(to);
        using (here)
        using (there)
        {
            var begun = Stopwatch.GetTimestamp();
            var receiving = Task.Factory.StartNew(() => ReceiveAll(there), TaskCreationOptions.LongRunning);
            await Task.Factory.StartNew(() => SendFor(here, length), TaskCreationOptions.LongRunning);
            var bytes = await receiving;
            return bytes * 8 / Stopwatch.GetElapsedTime(begun).TotalSeconds / 1e9;
        }
    }

    private static void SendFor(Socket socket, TimeSpan length)
    {
        var data = new byte[WriteBytes];
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < length;)
            socket.Send(data);
        socket.Shutdown(SocketShutdown.Send);
    }

    private static long ReceiveAll(Socket socket)
    {
        var data = new byte[WriteBytes];
        var all = 0L;
        while (socket.Receive(data) is > 0 and var received)
            all += received;
        return all;
    }

    /// <returns>The median, in microseconds.</returns>
    private static async Task<double> TripsAsync(OverlayBox from, OverlayBox to, TimeSpan length)
    {
        var (here, there) = await from.ConnectAsync(to);
        using (here)
        using (there)
        {
            var echoing = Task.Factory.StartNew(() => Echo(there), TaskCreationOptions.LongRunning);
            var median = await Task.Factory.StartNew(() => MedianTrip(here, length), TaskCreationOptions.LongRunning);
            await echoing;
            return median;
        }
    }

    private static double MedianTrip(Socket socket, TimeSpan length)
    {
        var data = new byte[1];
        var trips = new List<double>();
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < length;)
        {
            var sent = Stopwatch.GetTimestamp();
            socket.Send(data);
            if (socket.Receive(data) != 1)
                throw new InvalidOperationException("the other end closed the connection");
            trips.Add(Stopwatch.GetElapsedTime(sent).TotalMicroseconds);
        }
        socket.Shutdown(SocketShutdown.Send);
        trips.Sort();
        return GoalTable.At(trips, 0.5);
    }

    private static void Echo(Socket socket)
    {
        var data = new byte[1];
        while (socket.Receive(data) == 1)
            socket.Send(data);
    }
}
