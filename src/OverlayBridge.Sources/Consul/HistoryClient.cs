using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using OverlayBridge.Sources.Http;
using OverlayBridge.Sources.Json;

namespace OverlayBridge.Sources.Consul;

/// <summary>Which changes are wanted; everything left out does not matter.</summary>
/// <param name="Keys">Keys of these names and what is below them.</param>
/// <param name="Segments">Keys in which a part between slashes is one of these.</param>
/// <param name="Since">An index, or a duration such as <c>24h</c>.</param>
public sealed record HistoryRequest(ImmutableArray<string> Keys, ImmutableArray<string> Segments, string? Since);

/// <summary>Asks a cluster who changed what when, at whichever of its nodes answers.</summary>
public sealed class HistoryClient : IDisposable
{
    private const string Path = "/v1/overlaybridge/history";

    /// <summary>A page holds some MiB of values, in base 64, twice.</summary>
    private const long MaxPageBytes = 64 << 20;

    private const int PageLength = 5000;

    private readonly ConsulClientOptions _options;
    private readonly HttpTransport _transport;

    public HistoryClient(ConsulClientOptions options)
    {
        _options = options;
        _transport = new HttpTransport(options, ConsulErrors.Dialect);
    }

    public string Name => _options.Name;

    /// <summary>The newest changes that are wanted, the newest first, read page by page.</summary>
    /// <param name="limit">So many at most.</param>
    /// <returns>The last page with all changes in it; <see cref="HistoryPage.Next"/> is null unless there are more than the limit.</returns>
    /// <exception cref="SourceException">No node answers, or it refuses.</exception>
    public async ValueTask<HistoryPage> ReadAsync(HistoryRequest wanted, int limit, CancellationToken token)
    {
        var changes = ImmutableArray.CreateBuilder<HistoryChange>();
        ulong? below = null;
        while (true)
        {
            var page = await PageAsync(wanted, below, Math.Min(PageLength, limit - changes.Count), token).ConfigureAwait(false);
            changes.AddRange(page.Changes);
            _options.Progress?.Report(new($"reading the history of {Name}", changes.Count, null, 0));
            if (page.Next is null || changes.Count >= limit)
                return page with { Changes = changes.DrainToImmutable() };
            below = page.Next;
        }
    }

    public void Dispose() => _transport.Dispose();

    private async ValueTask<HistoryPage> PageAsync(HistoryRequest wanted, ulong? below, int limit, CancellationToken token)
    {
        var request = ConsulRequest.Read(Path, default,
        [
            .. wanted.Keys.Select(static key => $"key={Uri.EscapeDataString(key)}"),
            .. wanted.Segments.Select(static segment => $"segment={Uri.EscapeDataString(segment)}"),
            .. wanted.Since is { } since ? [$"since={Uri.EscapeDataString(since)}"] : Array.Empty<string>(),
            .. below is { } sequence ? [string.Create(CultureInfo.InvariantCulture, $"below={sequence}")] : Array.Empty<string>(),
            string.Create(CultureInfo.InvariantCulture, $"limit={limit}"),
        ]);
        using var response = await _transport.SendAsync(
            request, static status => status is HttpStatusCode.OK or HttpStatusCode.NotFound, token).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
            throw ConsulErrors.NotBridge(Name, $"{request}: status 404.");
        try
        {
            await using var body = new BoundedStream(
                await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false), MaxPageBytes, _options.AnswerTimeout, _options.Time);
            return await JsonSerializer.DeserializeAsync(body, HistoryJsonContext.Default.HistoryPage, token).ConfigureAwait(false)
                ?? throw ConsulErrors.NotBridge(Name, $"{request}: the answer is null.");
        }
        catch (JsonException)
        {
            throw ConsulErrors.NotBridge(Name, $"{request}: the answer is not the expected JSON.");
        }
        catch (Exception error) when (error is LimitExceededException or IOException or HttpRequestException or TimeoutException)
        {
            throw ConsulErrors.BrokenAnswer(Name, request, error);
        }
    }
}
