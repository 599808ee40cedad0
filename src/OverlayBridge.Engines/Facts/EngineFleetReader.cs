using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Plans.Worlds;

namespace OverlayBridge.Engines.Facts;

/// <summary>Asks engines for what a plan is made of: the host's side, its containers with their services, and their places on overlay networks.</summary>
public sealed class EngineFleetReader
{
    private const int InspectAtOnce = 8;
    private const int ShortIdLength = 12;

    private readonly EngineSurvey _survey;

    /// <inheritdoc cref="EngineFactsReader(IEnumerable{string}, EngineFactsOptions, TimeProvider)"/>
    public EngineFleetReader(IEnumerable<string> engines, EngineFactsOptions options, TimeProvider time) => _survey = new(engines, options, time);

    /// <summary>
    /// Asks all of them. A host is called as its engine calls it; its address is the one that it advertises, <see cref="IPAddress.None"/> where it tells none.
    /// </summary>
    /// <exception cref="EngineException">One of them cannot be reached, does not answer in time, or refuses; the first in order is named.</exception>
    public Task<ImmutableArray<WorldHost>> ReadAsync(CancellationToken token) => _survey.AskAsync(AskAsync, token);

    private static async Task<WorldHost> AskAsync(string text, Uri uri, EngineHttp http, CancellationToken token)
    {
        var info = await http.ExpectAsync(uri, "info", "read the engine's state", EngineJson.Default.InfoAnswer, token).ConfigureAwait(false);
        var networks = await http.ExpectAsync(uri, "networks", "list networks", EngineJson.Default.NetworkAnswerArray, token).ConfigureAwait(false);
        var listed = await http.ExpectAsync(uri, "containers/json?all=1", "list containers", EngineJson.Default.ContainerAnswerArray, token).ConfigureAwait(false);
        var drivers = networks.Where(static network => !string.IsNullOrEmpty(network.Id)).DistinctBy(static network => network.Id).ToDictionary(static network => network.Id!, static network => network.Driver);
        // Local networks are always listed: one that is not can only be a network of the cluster store, which has lost it.
        string? unlisted = string.IsNullOrEmpty(info.ClusterStore) ? null : "overlay";
        bool IsOverlay(string id) => drivers.GetValueOrDefault(id, unlisted) == "overlay";
        var containers = new WorldContainer?[listed.Length];
        await Parallel.ForAsync(0, listed.Length, new ParallelOptions { MaxDegreeOfParallelism = InspectAtOnce, CancellationToken = token }, async (at, stopped) =>
            containers[at] = await ReadAsync(http, listed[at], IsOverlay, stopped).ConfigureAwait(false)).ConfigureAwait(false);
        var address = EngineFactsReader.AddressesOf(info, uri).Select(static told => IPAddress.TryParse(told, out var parsed) ? parsed : null).OfType<IPAddress>().FirstOrDefault(IPAddress.None);
        return new(
            info.Name is { Length: > 0 } name ? name : text, address, info.ServerVersion ?? "", SideOf(info.Swarm),
            [.. containers.OfType<WorldContainer>().OrderBy(static container => container.Name, StringComparer.Ordinal)]);
    }

    private static async Task<WorldContainer?> ReadAsync(EngineHttp http, ContainerAnswer listed, Func<string, bool> isOverlay, CancellationToken token)
    {
        if (string.IsNullOrEmpty(listed.Id))
            return null;
        var labels = (listed.Labels ?? []).Where(static label => ServiceNames.Labels.Contains(label.Key)).ToImmutableSortedDictionary(StringComparer.Ordinal);
        var name = (listed.Names?.FirstOrDefault(static each => each.LastIndexOf('/') == 0) ?? listed.Names?.FirstOrDefault() ?? "").TrimStart('/');
        // A list tells no aliases. One that was removed since counts no more.
        var running = RecordedWorld.IsRunning(listed.State ?? "");
        var attachments = listed.NetworkSettings;
        if (running)
        {
            var inspected = await http.GetAsync($"containers/{Uri.EscapeDataString(listed.Id)}/json", $"inspect container {listed.Id}", EngineJson.Default.InspectAnswer, token).ConfigureAwait(false);
            if (inspected is null)
                return null;
            attachments = inspected.NetworkSettings;
        }

        return new(listed.Id, name, running, labels, running ? Places(listed.Id, attachments, isOverlay) : []);
    }

    private static ImmutableArray<PlanAttachment> Places(string id, AttachmentsAnswer? attachments, Func<string, bool> isOverlay) =>
    [
        .. from pair in attachments?.Networks ?? []
           let place = pair.Value
           where place?.NetworkID is not null && isOverlay(place.NetworkID)
           let address = IPAddress.TryParse(place.IPAddress, out var parsed) ? parsed : null
           let mac = PhysicalAddress.TryParse(place.MacAddress, out var read) ? read : null
           where address is not null && mac is not null
           orderby pair.Key
           select new PlanAttachment(pair.Key, address, mac, [.. (place.Aliases ?? []).Where(alias => alias != id[..Math.Min(ShortIdLength, id.Length)])]),
    ];

    private static WorldSide SideOf(SwarmAnswer? swarm) => swarm switch
    {
        null or { NodeID: null or "" } or { LocalNodeState: "inactive" } => WorldSide.Legacy,
        { ControlAvailable: true } => WorldSide.SwarmManager,
        _ => WorldSide.SwarmWorker,
    };
}
