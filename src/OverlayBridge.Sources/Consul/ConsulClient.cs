using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources.Http;
using OverlayBridge.Sources.Json;

namespace OverlayBridge.Sources.Consul;

/// <inheritdoc cref="IConsulClient"/>
public sealed class ConsulClient : IConsulClient
{
    private const int ProgressEveryKeys = 4096;
    private const int MaxSmallAnswerBytes = 64 << 10;

    /// <summary>What is cut out of such a piece is collected soon: larger blocks would wait for a collection of the whole heap.</summary>
    private const int StreamBufferBytes = 64 << 10;

    private readonly ConsulClientOptions options;
    private readonly HttpTransport transport;

    public ConsulClient(ConsulClientOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfZero(options.Servers.Length, nameof(options));
        this.options = options;
        transport = new(options, ConsulErrors.Dialect);
    }

    public string Name => options.Name;

    public async ValueTask<Indexed<KeyValueEntry?>> GetAsync(string key, ReadOptions read, CancellationToken token)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var (entries, index) = await ReadEntriesAsync(ConsulRequest.Read(ConsulRequest.KeyPath(key), read), key, absentIsEmpty: true, token).ConfigureAwait(false);
        return new(entries.SingleOrDefault(), index);
    }

    public ValueTask<Indexed<ImmutableArray<KeyValueEntry>>> ListAsync(string prefix, ReadOptions read, CancellationToken token) =>
        ReadEntriesAsync(ConsulRequest.Read(ConsulRequest.KeyPath(prefix), read, "recurse="), prefix, absentIsEmpty: true, token);

    public async ValueTask<ulong> ReadEachAsync(string prefix, ReadOptions read, Action<KeyValueEntry> each, CancellationToken token)
    {
        var request = ConsulRequest.Read(ConsulRequest.KeyPath(prefix), read, "recurse=");
        using var response = await transport.SendAsync(request, IsReadAnswer, token).ConfigureAwait(false);
        var index = IndexOf(response, request);
        if (response.StatusCode != HttpStatusCode.NotFound)
            await ReadBodyAsync(request, response, async (pieces, body) =>
            {
                // Read to its end though nobody looks at it: the connection is used again.
                if (index == read.Index)
                    await body.CopyToAsync(Stream.Null, token).ConfigureAwait(false);
                else
                    await ReadArrayAsync(pieces, new EntryStream(prefix, options.Limits.MaxEntries, each).Add, token).ConfigureAwait(false);
                return index;
            }, token, StreamBufferBytes).ConfigureAwait(false);
        return index;
    }

    public async ValueTask<Indexed<ImmutableArray<string>>> KeysAsync(string prefix, string? separator, ReadOptions read, CancellationToken token)
    {
        var request = ConsulRequest.Read(ConsulRequest.KeyPath(prefix), read, ["keys=", .. separator is null ? [] : new[] { $"separator={Uri.EscapeDataString(separator)}" }]);
        using var response = await transport.SendAsync(request, IsReadAnswer, token).ConfigureAwait(false);
        var index = IndexOf(response, request);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return new([], index);
        var keys = await ReadBodyAsync(request, response, async (pieces, _) =>
        {
            var found = ImmutableArray.CreateBuilder<string>();
            await StoreJsonReader.ReadStringsAsync(pieces, options.Limits.MaxEntries, found.Add, token).ConfigureAwait(false);
            return found.DrainToImmutable();
        }, token).ConfigureAwait(false);
        return new(keys, index);
    }

    public async ValueTask<Indexed<ImmutableArray<SessionEntry>>> SessionsAsync(ReadOptions read, CancellationToken token)
    {
        var request = ConsulRequest.Read("/v1/session/list", read);
        using var response = await transport.SendAsync(request, static status => status == HttpStatusCode.OK, token).ConfigureAwait(false);
        var index = IndexOf(response, request);
        var sessions = await ReadBodyAsync(
            request, response, (pieces, _) => StoreJsonReader.ReadSessionsAsync(pieces, options.Limits.MaxEntries, token), token).ConfigureAwait(false);
        return new(sessions, index);
    }

    /// <summary>All keys that started with <paramref name="prefix"/> when a bridge's index was <paramref name="moment"/>.</summary>
    /// <exception cref="SourceException">Its history does not reach so far back, or it is no bridge.</exception>
    internal async ValueTask<ImmutableArray<KeyValueEntry>> PastKeysAsync(ulong moment, string prefix, CancellationToken token)
    {
        var request = ConsulRequest.Read(
            "/v1/overlaybridge/history/keys", default, string.Create(CultureInfo.InvariantCulture, $"index={moment}"), $"prefix={Uri.EscapeDataString(prefix)}");
        return (await ReadEntriesAsync(request, prefix, absentIsEmpty: false, token).ConfigureAwait(false)).Value;
    }

    /// <summary>All sessions of that moment.</summary>
    /// <exception cref="SourceException">As in <see cref="PastKeysAsync"/>.</exception>
    internal async ValueTask<ImmutableArray<SessionEntry>> PastSessionsAsync(ulong moment, CancellationToken token)
    {
        var request = ConsulRequest.Read("/v1/overlaybridge/history/sessions", default, string.Create(CultureInfo.InvariantCulture, $"index={moment}"));
        using var response = await transport.SendAsync(request, static status => status == HttpStatusCode.OK, token).ConfigureAwait(false);
        return await ReadBodyAsync(
            request, response, (pieces, _) => StoreJsonReader.ReadSessionsAsync(pieces, options.Limits.MaxEntries, token), token).ConfigureAwait(false);
    }

    public ValueTask<bool> PutAsync(string key, ReadOnlyMemory<byte> value, WriteOptions write, CancellationToken token)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var flags = string.Create(CultureInfo.InvariantCulture, $"flags={write.Flags}");
        return WriteAsync(ConsulRequest.Write(HttpMethod.Put, ConsulRequest.KeyPath(key), value, write.Cas is null, [.. Cas(write.Cas), flags]), token);
    }

    public ValueTask<bool> DeleteAsync(string key, ulong? cas, CancellationToken token)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return WriteAsync(ConsulRequest.Write(HttpMethod.Delete, ConsulRequest.KeyPath(key), default, repeatable: true, Cas(cas)), token);
    }

    public async ValueTask DeleteTreeAsync(string prefix, CancellationToken token)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        await WriteAsync(ConsulRequest.Write(HttpMethod.Delete, ConsulRequest.KeyPath(prefix), default, repeatable: true, "recurse="), token).ConfigureAwait(false);
    }

    public async ValueTask<ImportAnswer> ImportAsync(ReadOnlyMemory<byte> lines, CancellationToken token)
    {
        var request = ConsulRequest.Write(HttpMethod.Put, "/v1/overlaybridge/import", lines, repeatable: true) with { ContentType = "application/x-ndjson" };
        return await BridgeAsync(request, BridgeJsonContext.Default.ImportAnswer, token).ConfigureAwait(false);
    }

    public async ValueTask<AgentAnswer?> AgentAsync(CancellationToken token)
    {
        var request = ConsulRequest.Read("/v1/agent/self", default);
        using var response = await transport.SendAsync(
            request, static status => status is HttpStatusCode.OK or HttpStatusCode.Forbidden, token).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Forbidden)
            return null;
        try
        {
            var text = await SmallBodyAsync(request, response, token).ConfigureAwait(false);
            return JsonSerializer.Deserialize(text, BridgeJsonContext.Default.AgentSelf)?.Config;
        }
        catch (JsonException)
        {
            throw ConsulErrors.NotConsul(Name, $"{request}: the answer is not the expected JSON.");
        }
    }

    public async ValueTask SetStandbyAsync(string prefix, string source, CancellationToken token)
    {
        var request = ConsulRequest.Write(
            HttpMethod.Put, "/v1/overlaybridge/standby", default, repeatable: true,
            $"prefix={StoreRequest.Escape(prefix)}", $"source={StoreRequest.Escape(source)}");
        await BridgeAsync(request, BridgeJsonContext.Default.StandbyAnswer, token).ConfigureAwait(false);
    }

    public ValueTask<BridgeStatus> StatusAsync(CancellationToken token) =>
        BridgeAsync(ConsulRequest.Read("/v1/overlaybridge/status", default), BridgeJsonContext.Default.BridgeStatus, token);

    public void Dispose() => transport.Dispose();

    private static bool IsReadAnswer(HttpStatusCode status) => status is HttpStatusCode.OK or HttpStatusCode.NotFound;

    private static IEnumerable<string> Cas(ulong? cas) => cas is null ? [] : [string.Create(CultureInfo.InvariantCulture, $"cas={cas}")];

    /// <param name="absentIsEmpty">404 says that there are no such keys, and not that there is no such route.</param>
    private async ValueTask<Indexed<ImmutableArray<KeyValueEntry>>> ReadEntriesAsync(
        StoreRequest request, string prefix, bool absentIsEmpty, CancellationToken token)
    {
        using var response = await transport.SendAsync(request, IsReadAnswer, token).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound && !absentIsEmpty)
            throw ConsulErrors.NotBridge(Name, $"{request}: status 404.");
        var index = IndexOf(response, request);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return new([], index);
        var entries = await ReadBodyAsync(request, response, async (pieces, body) =>
        {
            var found = new EntryCollector(prefix, options.Limits.MaxEntries);
            await ReadArrayAsync(pieces, (entry, offset) =>
            {
                found.Add(entry, offset);
                if (found.Seen % ProgressEveryKeys == 0)
                    options.Progress?.Report(new($"reading {Name}", found.Seen, null, body.Count));
            }, token).ConfigureAwait(false);
            return found.Finish();
        }, token).ConfigureAwait(false);
        return new(entries, index);
    }

    private static async ValueTask ReadArrayAsync(JsonPieces pieces, Action<KeyValueEntry, long> add, CancellationToken token)
    {
        await pieces.NextTokenAsync(token).ConfigureAwait(false);
        await StoreJsonReader.ReadEntriesAsync(pieces, add, token).ConfigureAwait(false);
        await StoreJsonReader.ExpectEndAsync(pieces, token).ConfigureAwait(false);
    }

    private async ValueTask<T> ReadBodyAsync<T>(
        StoreRequest request, HttpResponseMessage response, Func<JsonPieces, BoundedStream, ValueTask<T>> read, CancellationToken token,
        int bufferBytes = JsonPieces.UsualBufferBytes)
    {
        try
        {
            await using var body = new BoundedStream(
                await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false), options.Limits.MaxBytes, options.AnswerTimeout, options.Time);
            // One byte more than the answer has, to see its end. Most answers are short, and many watches wait for one.
            using var pieces = new JsonPieces(body, options.Limits.MaxEntryBytes, (int)Math.Min(bufferBytes, response.Content.Headers.ContentLength + 1 ?? bufferBytes));
            return await read(pieces, body).ConfigureAwait(false);
        }
        catch (Exception error) when (error is JsonPieceException or LimitExceededException or IOException or HttpRequestException or TimeoutException)
        {
            throw ConsulErrors.BrokenAnswer(Name, request, error);
        }
    }

    private async ValueTask<bool> WriteAsync(StoreRequest request, CancellationToken token)
    {
        using var response = await transport.SendAsync(request, static status => status == HttpStatusCode.OK, token).ConfigureAwait(false);
        var text = await SmallBodyAsync(request, response, token).ConfigureAwait(false);
        return HttpErrors.Printable(text) switch
        {
            "true" => true,
            "false" => false,
            var other => throw ConsulErrors.NotConsul(Name, $"{request}: '{other}' instead of true or false."),
        };
    }

    private async ValueTask<T> BridgeAsync<T>(StoreRequest request, JsonTypeInfo<T> type, CancellationToken token)
        where T : class
    {
        using var response = await transport.SendAsync(request, IsReadAnswer, token).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
            throw ConsulErrors.NotBridge(Name, $"{request}: status 404.");
        var text = await SmallBodyAsync(request, response, token).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw ConsulErrors.NotBridge(Name, $"{request}: the answer is null.");
        }
        catch (JsonException)
        {
            throw ConsulErrors.NotBridge(Name, $"{request}: the answer is not the expected JSON.");
        }
    }

    private async ValueTask<byte[]> SmallBodyAsync(StoreRequest request, HttpResponseMessage response, CancellationToken token)
    {
        try
        {
            await using var body = new BoundedStream(
                await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false), MaxSmallAnswerBytes, options.AnswerTimeout, options.Time);
            using var whole = new MemoryStream();
            await body.CopyToAsync(whole, token).ConfigureAwait(false);
            return whole.ToArray();
        }
        catch (Exception error) when (error is LimitExceededException or IOException or HttpRequestException or TimeoutException)
        {
            throw request.Repeatable ? ConsulErrors.BrokenAnswer(Name, request, error) : HttpErrors.UnknownOutcome(Name, request, error);
        }
    }

    private ulong IndexOf(HttpResponseMessage response, StoreRequest request) =>
        response.Headers.TryGetValues("X-Consul-Index", out var values) &&
        ulong.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index > 0
            ? index
            : throw ConsulErrors.NotConsul(Name, $"{request}: status {(int)response.StatusCode} without X-Consul-Index.");
}
