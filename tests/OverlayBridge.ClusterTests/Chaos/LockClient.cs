using System.Text.Json;

namespace OverlayBridge.ClusterTests.Chaos;

/// <summary>Takes and gives back a lock by sessions; notes when it knew that it held it.</summary>
internal sealed class LockClient(string key, HttpClient node, Recorder recorder, Random random)
{
    private readonly List<(long From, long To)> _held = [];
    private string? _session;

    /// <summary>Between the answer that gave it and the request that gave it back.</summary>
    public IReadOnlyList<(long From, long To)> Held => _held;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (_session is null)
                await CreateAsync();
            else
                await HoldAsync(_session);
            await Pace.NextAsync(random);
        }
        if (_session is not null)
            await EndAsync(_session);
    }

    /// <summary>Two clients that held the lock at the same time, in words; null when there are none.</summary>
    public static string? Overlap(IEnumerable<LockClient> clients)
    {
        var held = clients.SelectMany((client, number) => client.Held.Select(time => (time.From, time.To, Client: number))).OrderBy(time => time.From).ToList();
        return held.Zip(held.Skip(1)).Where(pair => pair.Second.From < pair.First.To)
            .Select(pair => $"lock client {pair.First.Client} held the lock from {pair.First.From} to {pair.First.To}, client {pair.Second.Client} from {pair.Second.From}")
            .FirstOrDefault();
    }

    private async Task CreateAsync()
    {
        var reply = await Reply.ToAsync(node, HttpMethod.Put, "/v1/session/create", """{"LockDelay":"0s"}""");
        if (reply.Fate != Fate.Answered)
            return;
        using var json = JsonDocument.Parse(reply.Body);
        _session = json.RootElement.GetProperty("ID").GetString();
    }

    private async Task HoldAsync(string session)
    {
        var reply = await Reply.ToAsync(node, HttpMethod.Put, $"/v1/kv/{key}?acquire={session}", session);
        if (reply.Fate == Fate.Unknown)
            await EndAsync(session);
        if (reply is not { Fate: Fate.Answered, Body: "true" })
            return;
        var from = Recorder.Now;
        await Pace.NextAsync(random);
        var to = Recorder.Now;
        var release = await Reply.ToAsync(node, HttpMethod.Put, $"/v1/kv/{key}?release={session}", "");
        _held.Add((from, to));
        if (release is { Fate: Fate.Answered, Body: not "true" })
            recorder.Fault($"{key}: the lock that was taken by {session} could not be given back");
        if (release.Fate != Fate.Answered)
            await EndAsync(session);
    }

    /// <summary>Whether the session holds the lock is not known: it ends, and with it what it holds, now or later.</summary>
    private async Task EndAsync(string session)
    {
        _session = null;
        for (var attempt = 0; attempt < 10; attempt++)
        {
            if ((await Reply.ToAsync(node, HttpMethod.Put, $"/v1/session/destroy/{session}", "")).Fate == Fate.Answered)
                return;
            await Pace.NextAsync(random);
        }
        // Then it may keep the lock for the rest of the round; nobody gets it wrongly.
    }
}
