using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OverlayBridge.Sources.Http;
using OverlayBridge.Sources.Json;

namespace OverlayBridge.Sources.Consul;

/// <summary>What operators ask of a cluster of bridge nodes (<c>/v1/overlaybridge/cluster</c>), at whichever of its nodes answers.</summary>
public sealed class ClusterClient : IDisposable
{
    private const string Path = "/v1/overlaybridge/cluster";
    private const string TokensPath = "/v1/overlaybridge/tokens";
    private const string SnapshotPath = "/v1/snapshot";
    private const string SnapshotType = "application/vnd.overlaybridge.snapshot";
    private const int MaxAnswerBytes = 1 << 20;
    private const long MaxSnapshotBytes = 256L << 20;

    /// <summary>A node that joins takes in the whole state first.</summary>
    private static readonly TimeSpan ChangeTime = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan RestoreTime = TimeSpan.FromMinutes(10);

    private readonly ConsulClientOptions _options;
    private readonly HttpTransport _transport;

    public ClusterClient(ConsulClientOptions options)
    {
        _options = options;
        _transport = new HttpTransport(options, ConsulErrors.Dialect);
    }

    public string Name => _options.Name;

    /// <summary>How a node sees itself and the cluster.</summary>
    /// <exception cref="SourceException">Here as everywhere below: no node answers, or it refuses; nothing is known to have been done then.</exception>
    public async ValueTask<ClusterView> ViewAsync(CancellationToken token)
    {
        var request = new StoreRequest(HttpMethod.Get, Path, default, Repeatable: true, TimeSpan.Zero);
        return await AskAsync(request, ClusterJson.Default.ClusterView, token).ConfigureAwait(false);
    }

    public ValueTask AddAsync(string raftAddress, CancellationToken token) => ChangeAsync($"{Path}/add?address={Escape(raftAddress)}", token);

    public ValueTask RemoveAsync(string raftAddress, bool force, CancellationToken token) =>
        ChangeAsync($"{Path}/remove?address={Escape(raftAddress)}{(force ? "&force" : "")}", token);

    /// <summary>Returns when another node leads: the named one, where one is named.</summary>
    public ValueTask TransferAsync(string? raftAddress, CancellationToken token) =>
        ChangeAsync($"{Path}/transfer{(raftAddress is null ? "" : $"?to={Escape(raftAddress)}")}", token);

    public async ValueTask<byte[]> SnapshotAsync(CancellationToken token) => await SendAsync(
        new StoreRequest(HttpMethod.Get, SnapshotPath, default, Repeatable: true, TimeSpan.Zero) { Accept = SnapshotType }, MaxSnapshotBytes, token).ConfigureAwait(false);

    public async ValueTask RestoreAsync(ReadOnlyMemory<byte> snapshot, CancellationToken token) => await SendAsync(
        new StoreRequest(HttpMethod.Put, SnapshotPath, snapshot, Repeatable: false, RestoreTime) { ContentType = SnapshotType }, MaxAnswerBytes, token).ConfigureAwait(false);

    public ValueTask<ImmutableArray<TokenAnswer>> TokensAsync(CancellationToken token) =>
        AskAsync(new StoreRequest(HttpMethod.Get, TokensPath, default, Repeatable: true, TimeSpan.Zero), TokenAnswersJson.Default.ImmutableArrayTokenAnswer, token);

    /// <summary>The answer is the only one that ever holds the secret.</summary>
    public ValueTask<TokenAnswer> CreateTokenAsync(TokenRequest wanted, CancellationToken token) => AskAsync(
        new StoreRequest(HttpMethod.Put, TokensPath, JsonSerializer.SerializeToUtf8Bytes(wanted, TokenAnswersJson.Default.TokenRequest), Repeatable: false, TimeSpan.Zero),
        TokenAnswersJson.Default.TokenAnswer, token);

    public async ValueTask RevokeTokenAsync(string id, CancellationToken token) => await SendAsync(
        new StoreRequest(HttpMethod.Delete, $"{TokensPath}/{Escape(id)}", default, Repeatable: false, TimeSpan.Zero), MaxAnswerBytes, token).ConfigureAwait(false);

    /// <summary>Whether the key may be read with the token that this client has, or without one.</summary>
    public async ValueTask<bool> MayReadAsync(string key, CancellationToken token)
    {
        var request = ConsulRequest.Read(ConsulRequest.KeyPath(key), default);
        using var response = await _transport.SendAsync(
            request, static status => status is HttpStatusCode.OK or HttpStatusCode.NotFound or HttpStatusCode.Forbidden, token).ConfigureAwait(false);
        return response.StatusCode != HttpStatusCode.Forbidden;
    }

    public void Dispose() => _transport.Dispose();

    private async ValueTask<T> AskAsync<T>(StoreRequest request, JsonTypeInfo<T> type, CancellationToken token)
    {
        var body = await SendAsync(request, MaxAnswerBytes, token).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw ConsulErrors.NotBridge(Name, $"{request}: the answer is null.");
        }
        catch (JsonException)
        {
            throw ConsulErrors.NotBridge(Name, $"{request}: the answer is not the expected JSON.");
        }
    }

    private async ValueTask ChangeAsync(string target, CancellationToken token) =>
        await SendAsync(new StoreRequest(HttpMethod.Put, target, default, Repeatable: false, ChangeTime), MaxAnswerBytes, token).ConfigureAwait(false);

    private async ValueTask<byte[]> SendAsync(StoreRequest request, long limit, CancellationToken token)
    {
        using var response = await _transport.SendAsync(request, static status => (int)status < 500 && status != HttpStatusCode.Forbidden || status == HttpStatusCode.NotImplemented, token).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
            throw Refused(request, response.StatusCode, await _transport.ErrorTextAsync(response, token).ConfigureAwait(false));
        try
        {
            await using var body = new BoundedStream(
                await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false), limit, _options.AnswerTimeout, _options.Time);
            using var whole = new MemoryStream();
            await body.CopyToAsync(whole, token).ConfigureAwait(false);
            return whole.ToArray();
        }
        catch (Exception error) when (error is LimitExceededException or IOException or HttpRequestException or TimeoutException)
        {
            throw request.Repeatable ? ConsulErrors.BrokenAnswer(Name, request, error) : HttpErrors.UnknownOutcome(Name, request, error);
        }
    }

    /// <summary>A node's own words; an unknown path has none.</summary>
    private SourceException Refused(StoreRequest request, HttpStatusCode status, string text) => text.Length == 0
        ? ConsulErrors.NotBridge(Name, $"{request}: status {(int)status}.")
        : new SourceException($"{Name} refuses this; nothing was changed.", text, request.Target.StartsWith(TokensPath, StringComparison.Ordinal)
            ? request.Method == HttpMethod.Put ? "'overlaybridge token create --help' says what it takes; its first example makes an operator's." : "See 'overlaybridge token list' for what there is."
            : "See 'overlaybridge cluster status' for what its members are and how they are.");

    private static string Escape(string text) => Uri.EscapeDataString(text);
}

/// <summary>Answer of <c>GET /v1/overlaybridge/cluster</c>: one node's view.</summary>
/// <param name="Leader">Raft address; empty when none is known there.</param>
/// <param name="Problem">Why the node is not ready; empty when it is.</param>
/// <param name="RaftIndex">The last entry of the log that the node has applied.</param>
public sealed record ClusterView(
    [property: JsonRequired] string NodeName,
    [property: JsonRequired] string RaftAddress,
    string HttpAddress,
    string Version,
    string Leader,
    string Problem,
    string Mode,
    ulong Index,
    long Keys,
    long BlockingQueries,
    long RaftIndex,
    long SnapshotIndex,
    [property: JsonRequired] ImmutableArray<ClusterMember> Members);

/// <summary>A member as a node knows it; names and addresses are empty while its record has not come.</summary>
/// <param name="Reachable">As the leader finds it; null when the node asked is not the leader.</param>
public sealed record ClusterMember(
    [property: JsonRequired] string RaftAddress, string NodeName, string HttpAddress, string Version, bool Leader, bool? Reachable);

[JsonSerializable(typeof(ClusterView))]
internal sealed partial class ClusterJson : JsonSerializerContext;
