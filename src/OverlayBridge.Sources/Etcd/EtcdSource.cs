using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Sources.Http;
using OverlayBridge.Sources.Json;
using OverlayBridge.Sources.Trees;

namespace OverlayBridge.Sources.Etcd;

/// <summary>
/// The legacy keys of a live etcd, by its v2 API: one recursive read, which etcd answers as of one index, and which is taken
/// in as it arrives. The image's index is that of the whole store (<c>X-Etcd-Index</c>).
/// </summary>
public sealed class EtcdSource : IWritableSource
{
    private const int ProgressEveryKeys = 4096;

    private readonly EtcdClientOptions options;
    private readonly HttpTransport transport;

    /// <exception cref="SourceException">A file of the TLS settings cannot be used.</exception>
    public EtcdSource(EtcdClientOptions options, string prefix)
    {
        ArgumentOutOfRangeException.ThrowIfZero(options.Servers.Length, nameof(options));
        (this.options, Prefix) = (options, prefix);
        transport = new(options, EtcdErrors.Dialect);
    }

    public string Name => options.Name;

    public string Prefix { get; }

    public async ValueTask<StoreImage> ReadAsync(CancellationToken token)
    {
        // With quorum a member asks its leader: without, one that is cut off answers from what it once knew.
        var request = Request(HttpMethod.Get, TreeKeys.FolderOf(Prefix), ["recursive=true", "quorum=true"]);
        using var response = await transport.SendAsync(request, static status => status is HttpStatusCode.OK or HttpStatusCode.NotFound, token).ConfigureAwait(false);
        var index = IndexOf(response, request);
        var entries = new EntryCollector(Prefix, options.Limits.MaxEntries);
        var nodes = new TreeCollector(entries);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return nodes.Finish(Name, index);
        return await ReadBodyAsync(request, response, async (pieces, body) =>
        {
            await ReadNodeAsync(pieces, (node, offset) =>
            {
                nodes.Add(node, offset);
                if (entries.Seen % ProgressEveryKeys == 0)
                    options.Progress?.Report(new($"reading {Name}", entries.Seen, null, body.Count));
            }, token).ConfigureAwait(false);
            return nodes.Finish(Name, index);
        }, token).ConfigureAwait(false);
    }

    public async ValueTask<ConfirmedRead> ConfirmAsync(CancellationToken token)
    {
        var image = await ReadAsync(token).ConfigureAwait(false);
        return new(image, image.Index);
    }

    public async ValueTask<WriteOutcome> TryWriteAsync(string key, ulong expectedIndex, ImmutableArray<byte>? value, CancellationToken token)
    {
        if (value is null)
            ArgumentOutOfRangeException.ThrowIfZero(expectedIndex);
        var path = TreeKeys.PathOf(key);
        var expected = expectedIndex == 0 ? "prevExist=false" : string.Create(CultureInfo.InvariantCulture, $"prevIndex={expectedIndex}");
        if (value is { } bytes)
            return await WriteAsync(Request(HttpMethod.Put, path, [expected]) with
            {
                Body = Encoding.ASCII.GetBytes($"value={Escaped(key, bytes.AsSpan())}"),
                ContentType = "application/x-www-form-urlencoded",
            }, token).ConfigureAwait(false);
        var present = await GetAsync(path, token).ConfigureAwait(false);
        if (present?.Modified != expectedIndex)
            return WriteOutcome.Conflict;
        // etcd compares no index when it removes a folder; but it removes none that is not empty.
        return await WriteAsync(Request(HttpMethod.Delete, path, [present.Value is null ? "dir=true" : expected]), token).ConfigureAwait(false);
    }

    public void Dispose() => transport.Dispose();

    private static StoreRequest Request(HttpMethod method, string path, string[] query) => new(
        method, StoreRequest.WithQuery($"/v2/keys{(path.Length == 0 ? "/" : StoreRequest.Escape(path))}", query), default,
        Repeatable: method == HttpMethod.Get, TimeSpan.Zero);

    /// <summary>As a form's field. etcd v2 holds text, so other bytes would come back changed.</summary>
    private static string Escaped(string key, ReadOnlySpan<byte> value)
    {
        try
        {
            return Uri.EscapeDataString(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(value));
        }
        catch (DecoderFallbackException error)
        {
            throw new SourceException($"'{key}' cannot be written.", "Its new value is no UTF-8 text, which is all that etcd v2 can hold.", "Nothing can be done.", error);
        }
    }

    private async ValueTask<TreeNode?> GetAsync(string path, CancellationToken token)
    {
        var request = Request(HttpMethod.Get, path, ["quorum=true"]);
        using var response = await transport.SendAsync(request, static status => status is HttpStatusCode.OK or HttpStatusCode.NotFound, token).ConfigureAwait(false);
        IndexOf(response, request);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        TreeNode? found = null;
        return await ReadBodyAsync(request, response, async (pieces, _) =>
        {
            await ReadNodeAsync(pieces, (node, _) => found = node, token).ConfigureAwait(false);
            return found;
        }, token).ConfigureAwait(false);
    }

    private async ValueTask<WriteOutcome> WriteAsync(StoreRequest request, CancellationToken token)
    {
        // 412: compare failed, or the key exists already; 404: the key is gone; 403 with code 108: the folder is not empty.
        using var response = await transport.SendAsync(request, static status =>
            status is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.PreconditionFailed or HttpStatusCode.NotFound or HttpStatusCode.Forbidden, token).ConfigureAwait(false);
        IndexOf(response, request);
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created)
            return WriteOutcome.Written;
        var text = await transport.ErrorTextAsync(response, token).ConfigureAwait(false);
        return response.StatusCode != HttpStatusCode.Forbidden || text.Contains("\"errorCode\":108", StringComparison.Ordinal)
            ? WriteOutcome.Conflict
            : throw EtcdErrors.Dialect.Refused(Name, request, response.StatusCode, text);
    }

    /// <summary>Reads <c>{"action":…,"node":{…}}</c>.</summary>
    private static async ValueTask ReadNodeAsync(JsonPieces pieces, Action<TreeNode, long> add, CancellationToken token)
    {
        await pieces.NextTokenAsync(token).ConfigureAwait(false);
        if (pieces.Type != System.Text.Json.JsonTokenType.StartObject)
            throw new JsonPieceException(pieces.Offset, "an object is expected here");
        var nodes = 0;
        while (await pieces.NextTokenAsync(token).ConfigureAwait(false) && pieces.Type == System.Text.Json.JsonTokenType.PropertyName)
        {
            if (ObjectFields.StringOf(pieces.Piece, pieces.Offset) != "node")
                await pieces.NextValueAsync(token).ConfigureAwait(false);
            else if (++nodes == 1)
                await new EtcdTreeReader(pieces, add).ReadAsync(token).ConfigureAwait(false);
            else
                throw new JsonPieceException(pieces.Offset, "'node' stands there twice");
        }
        await StoreJsonReader.ExpectEndAsync(pieces, token).ConfigureAwait(false);
        if (nodes == 0)
            throw new JsonPieceException(0, "'node' is missing");
    }

    private async ValueTask<T> ReadBodyAsync<T>(
        StoreRequest request, HttpResponseMessage response, Func<JsonPieces, BoundedStream, ValueTask<T>> read, CancellationToken token)
    {
        try
        {
            await using var body = new BoundedStream(
                await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false), options.Limits.MaxBytes, options.AnswerTimeout, options.Time);
            using var pieces = new JsonPieces(body, options.Limits.MaxEntryBytes);
            return await read(pieces, body).ConfigureAwait(false);
        }
        catch (Exception error) when (error is JsonPieceException or LimitExceededException or IOException or HttpRequestException or TimeoutException)
        {
            throw EtcdErrors.BrokenAnswer(Name, request, error);
        }
    }

    private ulong IndexOf(HttpResponseMessage response, StoreRequest request) =>
        response.Headers.TryGetValues("X-Etcd-Index", out var values) &&
        ulong.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw EtcdErrors.NotEtcd(Name, $"{request}: status {(int)response.StatusCode} without X-Etcd-Index.");
}
