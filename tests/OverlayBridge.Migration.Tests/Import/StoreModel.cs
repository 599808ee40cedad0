using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Tests.Import;

/// <summary>
/// A store in memory with the rules that import and follow rely on: indexes, blocking queries, tombstones, the import
/// route. It can be told to fail or to answer wrongly.
/// </summary>
internal sealed class StoreModel(string name) : IConsulClient
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, KeyValueEntry> entries = new(KeyOrder.Instance);
    private readonly SortedDictionary<string, SessionEntry> sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ulong> tombstones = [];
    private ulong sessionIndex = 1;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => name;

    public ulong Index { get; private set; } = 1;

    /// <summary>Asked before each request, with its name; what it gives is thrown.</summary>
    public Func<string, SourceException?> Failure { get; set; } = static _ => null;

    /// <summary>Changes what a list answers; given the consistency asked for.</summary>
    public Func<Consistency, Indexed<ImmutableArray<KeyValueEntry>>, Indexed<ImmutableArray<KeyValueEntry>>> Lie { get; set; } = static (_, answer) => answer;

    /// <summary>Requests of the import route so far.</summary>
    public int Imports { get; private set; }

    public void Dispose()
    {
    }

    public StoreImage Image(string prefix = "docker/")
    {
        lock (gate)
            return new(name, Index, Under(prefix), [.. sessions.Values]);
    }

    public void Put(string key, string value, string? session = null) => Change(index =>
    {
        var old = entries.GetValueOrDefault(key);
        entries[key] = new(key, [.. System.Text.Encoding.UTF8.GetBytes(value)], 7, old?.CreateIndex ?? index, index, 0, session ?? old?.Session);
    });

    public void Delete(string key) => Change(index =>
    {
        entries.Remove(key);
        tombstones[key] = index;
    });

    /// <summary>As <c>consul kv delete -recurse</c>: all of them at one index.</summary>
    public void DeleteTree(string prefix) => Change(index =>
    {
        foreach (var entry in Under(prefix))
        {
            entries.Remove(entry.Key);
            tombstones[entry.Key] = index;
        }
    });

    public void SetSession(string id) => Change(index => (sessions[id], sessionIndex) = (new(id, "", "vm", 1_000_000, "delete", "30s", ["serfHealth"], index, index), index));

    public void EndSession(string id) => Change(index =>
    {
        sessions.Remove(id);
        sessionIndex = index;
    });

    /// <summary>As after the restore of a snapshot, or another server at the same address.</summary>
    public void Restore(StoreImage image) => Change(_ =>
    {
        entries.Clear();
        sessions.Clear();
        tombstones.Clear();
        foreach (var entry in image.Entries)
            entries[entry.Key] = entry;
        foreach (var session in image.Sessions)
            sessions[session.Id] = session;
        Index = image.Index;
        sessionIndex = image.Sessions.Select(static session => session.ModifyIndex).Append(1UL).Max();
    });

    public ValueTask<Indexed<KeyValueEntry?>> GetAsync(string key, ReadOptions read, CancellationToken token)
    {
        Fail("get");
        lock (gate)
            return new(new Indexed<KeyValueEntry?>(entries.GetValueOrDefault(key), entries.GetValueOrDefault(key)?.ModifyIndex ?? Index));
    }

    public async ValueTask<Indexed<ImmutableArray<KeyValueEntry>>> ListAsync(string prefix, ReadOptions read, CancellationToken token)
    {
        var answer = await WaitAsync("list", () => new Indexed<ImmutableArray<KeyValueEntry>>(Under(prefix), PrefixIndex(prefix)), read, token);
        return Lie(read.Consistency, answer);
    }

    public ValueTask<Indexed<ImmutableArray<string>>> KeysAsync(string prefix, string? separator, ReadOptions read, CancellationToken token)
    {
        Fail("keys");
        lock (gate)
            return new(new Indexed<ImmutableArray<string>>([.. Under(prefix).Select(static entry => entry.Key)], prefix.Length == 0 ? Index : PrefixIndex(prefix)));
    }

    public ValueTask<Indexed<ImmutableArray<SessionEntry>>> SessionsAsync(ReadOptions read, CancellationToken token) =>
        WaitAsync("sessions", () => new Indexed<ImmutableArray<SessionEntry>>([.. sessions.Values], sessionIndex), read, token);

    public ValueTask<bool> PutAsync(string key, ReadOnlyMemory<byte> value, WriteOptions write, CancellationToken token)
    {
        Fail("put");
        Put(key, System.Text.Encoding.UTF8.GetString(value.Span));
        return new(true);
    }

    public ValueTask<bool> DeleteAsync(string key, ulong? cas, CancellationToken token) => throw new NotSupportedException();

    public ValueTask DeleteTreeAsync(string prefix, CancellationToken token) => throw new NotSupportedException();

    public ValueTask<ImportAnswer> ImportAsync(ReadOnlyMemory<byte> lines, CancellationToken token)
    {
        Fail("import");
        if (TakenOverFrom is not null)
            throw new SourceException($"{name} refuses.", "It has taken over.", "");
        return new(Import(lines));
    }

    public ImportAnswer Import(ReadOnlyMemory<byte> lines)
    {
        lock (gate)
        {
            Imports++;
            var applied = System.Text.Encoding.UTF8.GetString(lines.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(Apply);
            Wake();
            return new(applied, Index);
        }
    }

    /// <summary>The source that it took over from; null on standby. Then it refuses imports, as a bridge does.</summary>
    public string? TakenOverFrom { get; set; }

    public ValueTask SetStandbyAsync(string prefix, string source, CancellationToken token) =>
        TakenOverFrom is null ? default : throw new SourceException($"{name} refuses.", "It has taken over.", "");

    public ValueTask<AgentAnswer?> AgentAsync(CancellationToken token) => new(new AgentAnswer("vm", "1.8.7"));

    public ValueTask<BridgeStatus> StatusAsync(CancellationToken token)
    {
        Fail("status");
        return new(new BridgeStatus("1", "n", true, Index, entries.Count, 0, 0, TakenOverFrom is null ? "standby" : "primary", "docker/", TakenOverFrom ?? ""));
    }

    private bool Apply(string line)
    {
        var json = JsonDocument.Parse(line).RootElement;
        ulong Number(string field) => json.GetProperty(field).GetUInt64();
        string Text(string field) => json.GetProperty(field).GetString()!;
        switch (Text("Op"))
        {
            case "set":
                var entry = new KeyValueEntry(
                    Text("Key"), json.GetProperty("Value").ValueKind == JsonValueKind.Null ? [] : [.. json.GetProperty("Value").GetBytesFromBase64()],
                    Number("Flags"), Number("CreateIndex"), Number("ModifyIndex"), Number("LockIndex"), json.TryGetProperty("Session", out var s) ? s.GetString() : null);
                var isNew = !entry.Equals(entries.GetValueOrDefault(entry.Key));
                entries[entry.Key] = entry;
                Index = Math.Max(Index, entry.ModifyIndex);
                return isNew;
            case "delete":
                tombstones[Text("Key")] = Number("Index");
                Index = Math.Max(Index, Number("Index"));
                return entries.Remove(Text("Key"));
            case "session":
                sessions[Text("ID")] = new(Text("ID"), Text("Name"), Text("Node"), json.GetProperty("LockDelay").GetInt64(), Text("Behavior"), Text("TTL"),
                    [.. json.GetProperty("NodeChecks").EnumerateArray().Select(static check => check.GetString()!)], Number("CreateIndex"), Number("ModifyIndex"));
                return true;
            case "session-delete":
                return sessions.Remove(Text("ID"));
            case "index":
                Index = Math.Max(Index, Number("Index"));
                return true;
            default:
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"no operation: {line}"));
        }
    }

    private async ValueTask<Indexed<T>> WaitAsync<T>(string request, Func<Indexed<T>> answer, ReadOptions read, CancellationToken token)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(token);
        if (read.Index > 0)
            wait.CancelAfter(read.Wait);
        while (true)
        {
            Fail(request);
            Task next;
            Indexed<T> now;
            lock (gate)
                (now, next) = (answer(), changed.Task);
            // A restore wakes everyone; so does a failure that was switched on.
            if (read.Index == 0 || now.Index != read.Index || wait.IsCancellationRequested)
                return now;
            await next.WaitAsync(wait.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            token.ThrowIfCancellationRequested();
        }
    }

    private void Change(Action<ulong> change)
    {
        lock (gate)
        {
            change(++Index);
            Wake();
        }
    }

    private void Wake()
    {
        changed.SetResult();
        changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private ImmutableArray<KeyValueEntry> Under(string prefix) => [.. entries.Values.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))];

    private ulong PrefixIndex(string prefix) =>
        Under(prefix).Select(static entry => entry.ModifyIndex)
            .Concat(tombstones.Where(stone => stone.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(static stone => stone.Value))
            .DefaultIfEmpty(Index).Max();

    private void Fail(string request)
    {
        if (Failure(request) is { } error)
            throw error;
    }
}
