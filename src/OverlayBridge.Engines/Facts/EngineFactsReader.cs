using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Engines.Facts;

/// <summary>
/// Asks engines what runs on them. An engine that cannot be asked is an error: it must never look like one without
/// containers.
/// </summary>
public sealed class EngineFactsReader
{
    private const int InspectAtOnce = 8;

    private readonly ImmutableArray<(string Text, Uri Uri)> _engines;
    private readonly EngineFactsOptions _options;
    private readonly TimeProvider _time;

    /// <param name="engines">Each <c>unix:///PATH</c> or <c>tcp://HOST:PORT</c>.</param>
    /// <exception cref="EngineException">One of them is of no such form, or there are too many.</exception>
    public EngineFactsReader(IEnumerable<string> engines, EngineFactsOptions options, TimeProvider time)
    {
        _engines = [.. engines.Distinct().Select(text => (text, EngineAddress.Parse(text, options.CertificateFolder is not null)))];
        (_options, _time) = (options, time);
        if (_engines.Length > options.MaxEngines)
            throw new EngineException($"{_engines.Length} engines are too many.", $"At most {options.MaxEngines} are asked.", "Ask for fewer at a time.");
    }

    /// <summary>How many engines are asked.</summary>
    public int Count => _engines.Length;

    /// <summary>Asks all of them, several at once.</summary>
    /// <exception cref="EngineException">One of them cannot be reached, does not answer in time, or refuses; the first in order is named.</exception>
    public async Task<ImmutableArray<EngineFacts>> ReadAsync(CancellationToken token)
    {
        using var slots = new SemaphoreSlim(_options.Parallel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var asked = _engines.Select(engine => AskAsync(engine.Text, engine.Uri, slots, stop)).ToList();
        try
        {
            return [.. await Task.WhenAll(asked).ConfigureAwait(false)];
        }
        catch (Exception) when (!token.IsCancellationRequested)
        {
            // The others were stopped because of the one that failed.
            throw asked.Select(task => task.Exception?.InnerException).OfType<EngineException>().First();
        }
    }

    private async Task<EngineFacts> AskAsync(string text, Uri uri, SemaphoreSlim slots, CancellationTokenSource stop)
    {
        await slots.WaitAsync(stop.Token).ConfigureAwait(false);
        try
        {
            using var http = new EngineHttp(uri, _options, _time);
            return await AskAsync(text, uri, http, stop.Token).ConfigureAwait(false);
        }
        catch (EngineException)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            slots.Release();
        }
    }

    private static async Task<EngineFacts> AskAsync(string text, Uri uri, EngineHttp http, CancellationToken token)
    {
        var info = await ExpectAsync(http, uri, "info", "read the engine's state", EngineJson.Default.InfoAnswer, token).ConfigureAwait(false);
        var networks = await ExpectAsync(http, uri, "networks", "list networks", EngineJson.Default.NetworkAnswerArray, token).ConfigureAwait(false);
        var listed = await ExpectAsync(http, uri, "containers/json?all=1", "list containers", EngineJson.Default.ContainerAnswerArray, token).ConfigureAwait(false);
        var drivers = networks.Where(n => !string.IsNullOrEmpty(n.Id)).DistinctBy(n => n.Id).ToDictionary(n => n.Id!, n => n.Driver);
        // Local networks are always listed: one that is not can only be a network of the cluster store, which has lost it.
        string? unlisted = string.IsNullOrEmpty(info.ClusterStore) ? null : "overlay";
        var read = new ContainerFacts(id => drivers.TryGetValue(id, out var driver) ? driver : unlisted);
        var containers = new EngineContainerFacts?[listed.Length];
        await Parallel.ForAsync(0, listed.Length, new ParallelOptions { MaxDegreeOfParallelism = InspectAtOnce, CancellationToken = token }, async (at, stopped) =>
            containers[at] = await ReadAsync(http, listed[at], read, stopped).ConfigureAwait(false)).ConfigureAwait(false);
        return new EngineFacts
        {
            Uri = text,
            HostName = info.Name ?? "",
            Addresses = [.. AddressesOf(info, uri)],
            Containers = [.. containers.OfType<EngineContainerFacts>()],
        };
    }

    private static async ValueTask<EngineContainerFacts?> ReadAsync(EngineHttp http, ContainerAnswer listed, ContainerFacts read, CancellationToken token)
    {
        if (string.IsNullOrEmpty(listed.Id))
            return null;
        if (!ContainerFacts.IsLive(listed.State, listed.NetworkSettings))
            return read.Of(listed);
        var inspected = await http.GetAsync(
            $"containers/{Uri.EscapeDataString(listed.Id)}/json", $"inspect container {listed.Id}", EngineJson.Default.InspectAnswer, token).ConfigureAwait(false);
        // Removed since it was listed: then the list has the last word on what it held.
        return inspected is null ? read.Of(listed) : read.Of(listed.Id, inspected);
    }

    private static async Task<T> ExpectAsync<T>(
        EngineHttp http, Uri uri, string path, string what, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken token)
        where T : class =>
        await http.GetAsync(path, what, type, token).ConfigureAwait(false)
        ?? throw new EngineException($"Cannot {what} on the Docker engine at {uri}.", "It answered 404.", "Give the address of a Docker engine from 19.03 on.", 404);

    // Without either, a tunnel's end would be taken for the host: an address in the URI counts only where it can be the host's.
    private static List<string> AddressesOf(InfoAnswer info, Uri uri)
    {
        List<string> told = [.. new[] { HostOf(info.ClusterAdvertise), info.Swarm?.NodeAddr }.OfType<string>().Where(a => a.Length > 0).Distinct()];
        return told.Count > 0 ? told
            : uri.Scheme == "tcp" && IPAddress.TryParse(uri.IdnHost, out var address) && !IPAddress.IsLoopback(address) ? [address.ToString()]
            : [];
    }

    private static string? HostOf(string? advertised) =>
        advertised is null || advertised.LastIndexOf(':') is not (> 0 and var colon) ? advertised : advertised[..colon].Trim('[', ']');
}
