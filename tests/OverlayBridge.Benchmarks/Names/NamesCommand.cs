using System.Collections.Frozen;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Names.Serving;
using OverlayBridge.Names.Views;

namespace OverlayBridge.Benchmarks.Names;

/// <summary><c>names</c>: answers a second of the name server over real UDP sockets on loopback, and their times; askers and server share the processors.</summary>
internal static class NamesCommand
{
    public static Command Create()
    {
        var command = new Command("names", "The name server: answers a second and their times, by UDP on loopback");
        var endpoints = new Option<int>("--endpoints") { Description = "Containers on the network", DefaultValueFactory = _ => 10_000 };
        var askers = new Option<int>("--askers") { Description = "Askers, each with one question at a time", DefaultValueFactory = _ => 8 };
        var each = new Option<int>("--questions") { Description = "Questions of each asker", DefaultValueFactory = _ => 50_000 };
        command.Add(endpoints);
        command.Add(askers);
        command.Add(each);
        command.SetAction(async (parse, token) =>
        {
            await MeasureAsync(parse.GetValue(endpoints), parse.GetValue(askers), parse.GetValue(each), token);
            return 0;
        });
        return command;
    }

    /// <returns>Answers a second, and the time in milliseconds within which 99 % came.</returns>
    public static async Task<(double PerSecond, double P99)> MeasureAsync(int endpoints, int askers, int each, CancellationToken token)
    {
        using var server = NameServer.Listen(new(IPAddress.Loopback, 0), static _ => true, TimeProvider.System, NullLogger.Instance);
        for (var i = 0; i < 5; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            server.Use(View(endpoints));
            if (i == 4)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a view of {endpoints} endpoints is made in {Stopwatch.GetElapsedTime(begun).TotalMilliseconds:0.0} ms"));
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var serving = server.RunAsync(stop.Token);
        await AskAsync(server.EndPoint, 0, endpoints, Math.Min(each, 5_000), token); // until everything is compiled
        var started = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, askers).Select(asker => Task.Run(() => AskAsync(server.EndPoint, asker, endpoints, each, token), token)));
        var took = Stopwatch.GetElapsedTime(started);
        var all = times.SelectMany(static one => one).Order().ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{endpoints} endpoints, {askers} askers: {all.Length / took.TotalSeconds:0} answers/s, p50 {Milliseconds(all, 0.5)} ms, p99 {Milliseconds(all, 0.99)} ms, longest {Milliseconds(all, 1)} ms"));
        await stop.CancelAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (all.Length / took.TotalSeconds, MillisecondsOf(all, 0.99));
    }

    private static NameView View(int endpoints)
    {
        var network = new NetworkNames("appnet", [IPNetwork.Parse("10.0.0.0/8")], Enumerable.Range(0, endpoints).Select(
            number => new NamedEndpoint($"box-{number}", [$"alias-{number}"], null, new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]))));
        return new(true, FrozenDictionary<IPAddress, NameClient>.Empty, new([network], []));
    }

    /// <returns>The time of each answer, in ticks of the stopwatch.</returns>
    private static async Task<long[]> AskAsync(IPEndPoint server, int asker, int endpoints, int questions, CancellationToken token)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, token);
        var times = new long[questions];
        var answer = new byte[512];
        for (var i = 0; i < questions; i++)
        {
            var query = Query($"{(i % 2 == 0 ? "box" : "alias")}-{((asker * 7919) + i) % endpoints}", (ushort)i);
            var started = Stopwatch.GetTimestamp();
            await socket.SendAsync(query, token);
            var length = await socket.ReceiveAsync(answer, token);
            times[i] = Stopwatch.GetTimestamp() - started;
            if (length != query.Length + 16 || answer[0] != query[0] || answer[1] != query[1] || answer[7] != 1)
                throw new InvalidOperationException("an answer is not what it has to be");
        }

        return times;
    }

    private static byte[] Query(string name, ushort id) =>
        [(byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, (byte)name.Length, .. System.Text.Encoding.ASCII.GetBytes(name), 0, 0, 1, 0, 1];

    private static string Milliseconds(long[] sorted, double part) => MillisecondsOf(sorted, part).ToString("0.000", CultureInfo.InvariantCulture);

    private static double MillisecondsOf(long[] sorted, double part) => sorted[Math.Min((int)(sorted.Length * part), sorted.Length - 1)] * 1000.0 / Stopwatch.Frequency;
}
