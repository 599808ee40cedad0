using System.Collections.Immutable;
using System.Text;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent;

/// <summary>A key-value store in memory with Consul's indexes and blocking queries, which can be away.</summary>
internal sealed class KeyStore : IConsulClient
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, KeyValueEntry> entries = new(StringComparer.Ordinal);
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong index = 1;
    private bool isAway;
    private readonly HashSet<string> read = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> lists = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> keyLists = new(StringComparer.Ordinal);
    private int waits;
    private int refused;

    public string Name => "bridge://memory:8500";

    /// <summary>Puts and deletes that arrived, in order, the refused ones too.</summary>
    public List<string> Writes { get; } = [];

    /// <summary>Keys that may not be written.</summary>
    public Func<string, bool> Denies { get; set; } = static _ => false;

    /// <summary>How what is asked of a key, or of those under a prefix, fails; null: not at all.</summary>
    public Func<string, SourceException?> Fails { get; set; } = static _ => null;

    /// <summary>What others do just before a client's writes arrive: one for each write.</summary>
    public Queue<Action<string>> BeforeWrite { get; } = [];

    public bool IsAway
    {
        get
        {
            lock (gate)
                return isAway;
        }
        set
        {
            lock (gate)
            {
                isAway = value;
                Wake();
            }
        }
    }

    public string? this[string key]
    {
        get
        {
            lock (gate)
                return entries.TryGetValue(key, out var entry) ? Encoding.UTF8.GetString(entry.Value.AsSpan()) : null;
        }
    }

    public ImmutableArray<string> Keys
    {
        get
        {
            lock (gate)
                return [.. entries.Keys];
        }
    }

    /// <summary>How many changes there were.</summary>
    public ulong Changes
    {
        get
        {
            lock (gate)
                return index - 1;
        }
    }

    /// <summary>A write by somebody else; one of what stands there changes nothing and wakes nobody, as in Consul.</summary>
    public void Set(string key, byte[] value)
    {
        lock (gate)
        {
            if (entries.TryGetValue(key, out var before) && before.Value.AsSpan().SequenceEqual(value))
                return;
            entries[key] = new KeyValueEntry(key, [.. value], 0, before?.CreateIndex ?? index + 1, ++index);
            Wake();
        }
    }

    /// <summary>A removal by somebody else.</summary>
    public void Remove(string key)
    {
        lock (gate)
        {
            entries.Remove(key);
            index++;
            Wake();
        }
    }

    /// <summary>The store starts again from nothing, its index too.</summary>
    public void Reset()
    {
        lock (gate)
        {
            entries.Clear();
            index = 1;
            Wake();
        }
    }

    /// <summary>Whether a client has read a prefix.</summary>
    public bool IsRead(string prefix)
    {
        lock (gate)
            return read.Contains(prefix);
    }

    /// <summary>How many requests came while the store was away, or failed in another way.</summary>
    public int Refused
    {
        get
        {
            lock (gate)
                return refused;
        }
    }

    public int WriteCount
    {
        get
        {
            lock (gate)
                return Writes.Count;
        }
    }

    /// <summary>How often a key was written by a client.</summary>
    public int CountWrites(string key)
    {
        lock (gate)
            return Writes.Count(write => write == "put " + key);
    }

    /// <summary>How often whole entries of a prefix were given.</summary>
    public int CountLists(string prefix)
    {
        lock (gate)
            return lists.GetValueOrDefault(prefix);
    }

    /// <summary>How often the names below a prefix were given.</summary>
    public int CountKeyLists(string prefix)
    {
        lock (gate)
            return keyLists.GetValueOrDefault(prefix);
    }

    /// <summary>All waits of blocking queries run out.</summary>
    public void EndWaits()
    {
        lock (gate)
        {
            waits++;
            Wake();
        }
    }

    public async ValueTask<Indexed<ImmutableArray<KeyValueEntry>>> ListAsync(string prefix, ReadOptions read, CancellationToken token)
    {
        var answer = await ReadAsync(prefix, read, token);
        lock (gate)
            lists[prefix] = lists.GetValueOrDefault(prefix) + 1;
        return answer;
    }

    /// <summary>Each key up to the first separator behind the prefix.</summary>
    public async ValueTask<Indexed<ImmutableArray<string>>> KeysAsync(string prefix, string? separator, ReadOptions read, CancellationToken token)
    {
        var (found, at) = await ReadAsync(prefix, read, token);
        lock (gate)
            keyLists[prefix] = keyLists.GetValueOrDefault(prefix) + 1;
        return new([.. found.Select(entry => separator is not null && entry.Key.IndexOf(separator, prefix.Length, StringComparison.Ordinal) is var end and >= 0 ? entry.Key[..(end + separator.Length)] : entry.Key).Distinct()], at);
    }

    private async ValueTask<Indexed<ImmutableArray<KeyValueEntry>>> ReadAsync(string prefix, ReadOptions read, CancellationToken token)
    {
        var begun = -1;
        while (true)
        {
            Task wait;
            lock (gate)
            {
                ThrowIfFailing(prefix);
                this.read.Add(prefix);
                begun = begun < 0 ? waits : begun;
                if (read.Index == 0 || index != read.Index || waits != begun)
                    return new([.. entries.Values.Where(e => e.Key.StartsWith(prefix, StringComparison.Ordinal))], index);
                wait = changed.Task;
            }
            await wait.WaitAsync(token);
        }
    }

    public ValueTask<bool> PutAsync(string key, ReadOnlyMemory<byte> value, WriteOptions write, CancellationToken token)
    {
        lock (gate)
        {
            Writes.Add("put " + key);
            ThrowIfFailing(key);
            if (BeforeWrite.TryDequeue(out var others))
                others(key);
            if (Denies(key))
                throw new SourceException("The store denies access.", "403", "Give another token.") { IsDenied = true };
            if (write.Cas is { } cas && cas != (entries.TryGetValue(key, out var before) ? before.ModifyIndex : 0))
                return ValueTask.FromResult(false);
            Set(key, value.ToArray());
        }
        return ValueTask.FromResult(true);
    }

    public ValueTask<bool> DeleteAsync(string key, ulong? cas, CancellationToken token)
    {
        lock (gate)
        {
            Writes.Add("delete " + key);
            ThrowIfFailing(key);
            if (BeforeWrite.TryDequeue(out var others))
                others(key);
            if (cas is { } expected && expected != (entries.TryGetValue(key, out var before) ? before.ModifyIndex : 0))
                return ValueTask.FromResult(false);
            Remove(key);
        }
        return ValueTask.FromResult(true);
    }

    public async ValueTask<Indexed<KeyValueEntry?>> GetAsync(string key, ReadOptions read, CancellationToken token)
    {
        var (found, at) = await ListAsync(key, read, token);
        return new(found.FirstOrDefault(e => e.Key == key), at);
    }

    public ValueTask<Indexed<ImmutableArray<SessionEntry>>> SessionsAsync(ReadOptions read, CancellationToken token) => throw new NotSupportedException();

    public ValueTask DeleteTreeAsync(string prefix, CancellationToken token) => throw new NotSupportedException();

    public ValueTask<ImportAnswer> ImportAsync(ReadOnlyMemory<byte> lines, CancellationToken token) => throw new NotSupportedException();

    public ValueTask SetStandbyAsync(string prefix, string source, CancellationToken token) => throw new NotSupportedException();

    public ValueTask<AgentAnswer?> AgentAsync(CancellationToken token) => throw new NotSupportedException();

    public ValueTask<BridgeStatus> StatusAsync(CancellationToken token) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private void ThrowIfFailing(string key)
    {
        var failure = isAway ? new SourceException("The store cannot be reached.", "It is away.", "Bring it back.") { IsAway = true } : Fails(key);
        if (failure is null)
            return;
        refused++;
        throw failure;
    }

    private void Wake()
    {
        changed.TrySetResult();
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
