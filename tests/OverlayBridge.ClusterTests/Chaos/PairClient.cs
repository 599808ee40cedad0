using System.Net;
using System.Text;
using System.Text.Json;
using OverlayBridge.Histories;

namespace OverlayBridge.ClusterTests.Chaos;

/// <summary>
/// Two keys that are only ever changed together, by transactions and by deletion of their tree: one register. A read of both that shows
/// them different has seen half a transaction.
/// </summary>
internal sealed class PairClient(string name, HttpClient node, KeyWindow pairs, Recorder recorder, Random random)
{
    private readonly Dictionary<string, ulong> _seen = [];
    private int _values;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var pair = pairs.Pick(random);
            await (random.Next(10) switch
            {
                < 5 => ReadAsync(pair, random.Next(2) == 0 ? "?recurse" : "?recurse&consistent"),
                < 7 => WriteAsync(pair, cas: null),
                < 9 when _seen.GetValueOrDefault(pair) is > 0 and var seen => WriteAsync(pair, seen),
                _ => DeleteAsync(pair),
            });
            await Pace.NextAsync(random);
        }
    }

    public async Task<bool> ReadAsync(string pair, string query)
    {
        var invoked = Recorder.Now;
        var reply = await Reply.ToAsync(node, HttpMethod.Get, $"/v1/kv/{pair}/{query}");
        return recorder.Add(pair, invoked, new Get(), reply, () => Shown(pair, reply));
    }

    private async Task WriteAsync(string pair, ulong? cas)
    {
        var put = new Put($"{name}-{++_values}", cas);
        var value = Convert.ToBase64String(Encoding.UTF8.GetBytes(put.Value));
        var first = cas is null ? "\"Verb\":\"set\"" : $"\"Verb\":\"cas\",\"Index\":{cas}";
        var body = $$$"""[{"KV":{{{{first}}},"Key":"{{{pair}}}/a","Value":"{{{value}}}"}},{"KV":{"Verb":"set","Key":"{{{pair}}}/b","Value":"{{{value}}}"}}]""";
        var invoked = Recorder.Now;
        var reply = await Reply.ToAsync(node, HttpMethod.Put, "/v1/txn", body);
        recorder.Add(pair, invoked, put, reply, () => new Done(reply.Status == HttpStatusCode.OK));
    }

    private async Task DeleteAsync(string pair)
    {
        var invoked = Recorder.Now;
        var reply = await Reply.ToAsync(node, HttpMethod.Delete, $"/v1/kv/{pair}/?recurse");
        recorder.Add(pair, invoked, new Delete(), reply, () => new Done(reply.Body == "true"));
    }

    private Shown Shown(string pair, Reply reply)
    {
        if (reply.Status == HttpStatusCode.NotFound)
            return new Shown(null, 0);
        using var json = JsonDocument.Parse(reply.Body);
        var shown = json.RootElement.EnumerateArray()
            .Select(entry => new Shown(Encoding.UTF8.GetString(entry.GetProperty("Value").GetBytesFromBase64()), entry.GetProperty("ModifyIndex").GetUInt64()))
            .ToList();
        if (shown.Count != 2 || shown[0] != shown[1])
            recorder.Fault($"{pair}: half a transaction was read: {string.Join(" and ", shown)}");
        _seen[pair] = shown[0].ModifyIndex;
        return shown[0];
    }
}
