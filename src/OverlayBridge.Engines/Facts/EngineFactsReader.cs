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

    private readonly EngineSurvey _survey;

    /// <param name="engines">Each <c>unix:///PATH</c> or <c>tcp://HOST:PORT</c>.</param>
    /// <exception cref="EngineException">One of them is of no such form, or there are too many.</exception>
    public EngineFactsReader(IEnumerable<string> engines, EngineFactsOptions options, TimeProvider time) => _survey = new(engines, options, time);

    /// <summary>How many engines are asked.</summary>
    public int Count => _survey.Count;

    /// <summary>Asks all of them, several at once.</summary>
    /// <exception cref="EngineException">One of them cannot be reached, does not answer in time, or refuses; the first in order is named.</exception>
    public Task<ImmutableArray<EngineFacts>> ReadAsync(CancellationToken token) => _survey.AskAsync(AskAsync, token);

    private static async Task<EngineFacts> AskAsync(string text, Uri uri, EngineHttp http, CancellationToken token)
    {
        var info = await http.ExpectAsync(uri, "info", "read the engine's state", EngineJson.Default.InfoAnswer, token).ConfigureAwait(false);
        var networks = await http.ExpectAsync(uri, "networks", "list networks", EngineJson.Default.NetworkAnswerArray, token).ConfigureAwait(false);
        var listed = await http.ExpectAsync(uri, "containers/json?all=1", "list containers", EngineJson.Default.ContainerAnswerArray, token).ConfigureAwait(false);
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

    // Without either, a tunnel's end would be taken for the host: an address in the URI counts only where it can be the host's.
    internal static List<string> AddressesOf(InfoAnswer info, Uri uri)
    {
        List<string> told = [.. new[] { HostOf(info.ClusterAdvertise), info.Swarm?.NodeAddr }.OfType<string>().Where(a => a.Length > 0).Distinct()];
        return told.Count > 0 ? told
            : uri.Scheme == "tcp" && IPAddress.TryParse(uri.IdnHost, out var address) && !IPAddress.IsLoopback(address) ? [address.ToString()]
            : [];
    }

    private static string? HostOf(string? advertised) =>
        advertised is null || advertised.LastIndexOf(':') is not (> 0 and var colon) ? advertised : advertised[..colon].Trim('[', ']');
}
