using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.NetworkInformation;
using OverlayBridge.Lab.Processes;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Benchmarks.Overlay;

/// <summary>Real agents while a network is in use, then with many endpoints of a host that only the store knows: their memory, and what they take when nothing happens.</summary>
internal sealed class ManyEntries(SharedOverlay overlay, GoalTable table)
{
    private const string HostName = "h9";
    private const int PerTransaction = 64;
    private const double MostMegabytes = 80;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public async Task RunAsync(int entries, TimeSpan idle, CancellationToken token)
    {
        await Task.Delay(Rest, token);
        Memory("a network in use");
        var begun = Stopwatch.GetTimestamp();
        await WriteAsync(entries, token);
        var written = Stopwatch.GetElapsedTime(begun);
        await ProgrammedAsync(entries, token);
        Console.WriteLine($"{entries} endpoints written to the store in {written.TotalSeconds:0.0} s, all in the kernel of a swarm host {(Stopwatch.GetElapsedTime(begun) - written).TotalSeconds:0.0} s later");
        await Task.Delay(Rest, token);
        var agent = overlay.Agents[overlay.Swarm[0].Host.Name].Pid!.Value;
        var (cpu, from) = (ProcessFigures.Cpu(agent), Stopwatch.GetTimestamp());
        await Task.Delay(idle, token);
        table.Add($"agent with {entries} entries, nothing happens: % of a processor", 100 * (ProcessFigures.Cpu(agent) - cpu) / Stopwatch.GetElapsedTime(from), atMost: 5);
        Memory($"{entries} entries");
    }

    private void Memory(string when)
    {
        var figures = overlay.Agents.Values.Select(static agent => ProcessFigures.Memory(agent.Pid!.Value)).ToList();
        table.Add($"agent, {when}: MB resident, the largest of {figures.Count}", figures.Max(static figure => figure.Rss) / 1e6, atMost: MostMegabytes);
        table.Add($"agent, {when}: MB, shared pages divided", figures.Max(static figure => figure.Pss) / 1e6);
        table.Add($"agent, {when}: MB that no other process has", overlay.Agents.Values.Max(static agent => ProcessFigures.Private(agent.Pid!.Value)) / 1e6);
    }

    private async Task WriteAsync(int entries, CancellationToken token)
    {
        var vtep = IPAddress.Parse("172.31.0.9");
        var host = new HostRecord(HostName, "benchmark", "20.10.5", vtep, new HostSwarm("", "inactive", false), HostState.Up, EngineState.Up, DateTimeOffset.UnixEpoch, "benchmark");
        await SetAsync([Set(BridgeKeys.Host(HostName), BridgeRecords.Encode(host))], token);
        foreach (var some in Enumerable.Range(0, entries).Select(Attachment).Chunk(PerTransaction))
            await SetAsync(some, token);
    }

    private object Attachment(int number)
    {
        byte[] address = [10, 60, (byte)(30 + (number / 250)), (byte)(2 + (number % 250))];
        var id = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number)));
        var record = new AttachmentRecord(
            overlay.LegacyId, SharedOverlay.Name, id, id, $"box-{number}", new InterfaceAddress(new IPAddress(address), 16), new PhysicalAddress([2, 66, .. address]), [$"alias-{number}"]);
        return Set(BridgeKeys.Attachment(HostName, overlay.LegacyId, id), BridgeRecords.Encode(record));
    }

    private static object Set(string key, byte[] value) => new { KV = new { Verb = "set", Key = key, Value = Convert.ToBase64String(value) } };

    private async Task SetAsync(object[] operations, CancellationToken token)
    {
        using var answer = await overlay.Store.PutAsJsonAsync(new Uri("/v1/txn", UriKind.Relative), operations, System.Text.Json.JsonSerializerOptions.Default, token);
        answer.EnsureSuccessStatusCode();
    }

    private Task ProgrammedAsync(int entries, CancellationToken token)
    {
        var key = BridgeKeys.Stitch(overlay.Swarm[0].Host.Name, overlay.SwarmId);
        return Wait.UntilAsync(
            async () => BridgeRecords.Decode<StitchReport>(key, await overlay.Store.GetByteArrayAsync(new Uri($"/v1/kv/{key}?raw", UriKind.Relative), token)).Programmed >= entries,
            Limit, $"{entries} entries on {overlay.Swarm[0].Host.Name}", token);
    }
}
