using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using OverlayBridge.Lab.Consul;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.LabTests.Import;

/// <summary>Changes a Consul as engines do, at random: writes, compare-and-sets, deletions, sessions that hold keys and end.</summary>
internal sealed class RandomWriter(ConsulServer server, IConsulClient client, string prefix, int seed) : IDisposable
{
    private const int Keys = 300;
    private const ulong EngineFlags = 3304740253564472344;

    private readonly HttpClient http = server.CreateClient();
    private readonly Random random = new(seed);
    private readonly Queue<string> sessions = new();

    public int Changes { get; private set; }

    public void Dispose() => http.Dispose();

    /// <summary>Gives the store something to lose.</summary>
    public async Task FillAsync(CancellationToken token)
    {
        for (var i = 0; i < Keys; i++)
            await client.PutAsync(Key(i), Value(), new(Flags: EngineFlags), token);
    }

    public async Task RunAsync(TimeSpan time, CancellationToken token)
    {
        var end = TimeProvider.System.GetTimestamp() + (long)(time.TotalSeconds * TimeProvider.System.TimestampFrequency);
        for (; TimeProvider.System.GetTimestamp() < end; Changes++)
            await ChangeAsync(token);
    }

    private async Task ChangeAsync(CancellationToken token)
    {
        var key = Key(random.Next(Keys));
        switch (random.Next(10))
        {
            case 0:
                await client.DeleteAsync(key, null, token);
                break;
            case 1 or 2:
                var read = await client.GetAsync(key, default, token);
                await client.PutAsync(key, Value(), new(read.Value?.ModifyIndex ?? 0, EngineFlags), token);
                break;
            case 3:
                await AcquireAsync(token);
                break;
            case 4 when sessions.Count > 3:
                using (await http.PutAsync(new Uri($"/v1/session/destroy/{sessions.Dequeue()}", UriKind.Relative), null, token))
                    break;
            default:
                await client.PutAsync(key, Value(), new(Flags: (ulong)random.NextInt64()), token);
                break;
        }
    }

    private async Task AcquireAsync(CancellationToken token)
    {
        using var created = await http.PutAsync(
            new Uri("/v1/session/create", UriKind.Relative), JsonContent.Create(new { Behavior = "delete", LockDelay = "1ms", TTL = "3600s" }), token);
        created.EnsureSuccessStatusCode();
        var session = (string)JsonNode.Parse(await created.Content.ReadAsStringAsync(token))!["ID"]!;
        sessions.Enqueue(session);
        using var body = new ByteArrayContent(Value());
        using var acquired = await http.PutAsync(new Uri($"/v1/kv/{prefix}nodes/10.0.0.{sessions.Count}:2376?acquire={session}&flags={EngineFlags}", UriKind.Relative), body, token);
        acquired.EnsureSuccessStatusCode();
    }

    private string Key(int number) => $"{prefix}network/v1.0/endpoint/{number:0000}/";

    private byte[] Value() => Encoding.UTF8.GetBytes($"{{\"n\":{random.NextInt64()}}}");
}
