using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using OverlayBridge.Histories;

namespace OverlayBridge.ClusterTests.Chaos;

/// <summary>Reads, writes, compares-and-sets and deletes single keys, by one node.</summary>
/// <param name="name">No other client's: it makes each value one of its own.</param>
internal sealed class RegisterClient(string name, HttpClient node, KeyWindow keys, Recorder recorder, Random random)
{
    private readonly ConcurrentDictionary<string, ulong> _seen = [];
    private int _values;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var key = keys.Pick(random);
            await (random.Next(10) switch
            {
                < 3 => ReadAsync(key, ""),
                < 5 => ReadAsync(key, "?consistent"),
                < 7 => WriteAsync(key, cas: null),
                < 9 => WriteAsync(key, _seen.GetValueOrDefault(key)),
                _ => DeleteAsync(key, random.Next(2) == 0 && _seen.GetValueOrDefault(key) is > 0 and var seen ? seen : null),
            });
            await Pace.NextAsync(random);
        }
    }

    public async Task<bool> ReadAsync(string key, string query)
    {
        var invoked = Recorder.Now;
        var reply = await Reply.ToAsync(node, HttpMethod.Get, $"/v1/kv/{key}{query}");
        return recorder.Add(key, invoked, new Get(), reply, () =>
        {
            var shown = Shown(reply);
            _seen[key] = shown.ModifyIndex;
            return shown;
        });
    }

    private async Task WriteAsync(string key, ulong? cas)
    {
        var put = new Put($"{name}-{++_values}", cas);
        var invoked = Recorder.Now;
        var reply = await Reply.ToAsync(node, HttpMethod.Put, $"/v1/kv/{key}{(cas is null ? "" : $"?cas={cas}")}", put.Value);
        recorder.Add(key, invoked, put, reply, () => new Done(reply.Body == "true"));
    }

    private async Task DeleteAsync(string key, ulong? cas)
    {
        var invoked = Recorder.Now;
        var reply = await Reply.ToAsync(node, HttpMethod.Delete, $"/v1/kv/{key}{(cas is null ? "" : $"?cas={cas}")}");
        recorder.Add(key, invoked, new Delete(cas), reply, () => new Done(reply.Body == "true"));
    }

    private static Shown Shown(Reply reply)
    {
        if (reply.Status == HttpStatusCode.NotFound)
            return new Shown(null, 0);
        using var json = JsonDocument.Parse(reply.Body);
        var entry = json.RootElement[0];
        return new Shown(Encoding.UTF8.GetString(entry.GetProperty("Value").GetBytesFromBase64()), entry.GetProperty("ModifyIndex").GetUInt64());
    }
}
