using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Engines.Facts;

/// <summary>An engine's answers about containers as facts.</summary>
/// <param name="driverOf">The driver of a network id; null when it is not known.</param>
internal sealed class ContainerFacts(Func<string, string?> driverOf)
{
    /// <summary>
    /// Whether it holds addresses. A container that is being started has endpoints before it runs; one that has stopped keeps
    /// the network's id without an endpoint.
    /// </summary>
    public static bool IsLive(string? state, AttachmentsAnswer? attachments) =>
        state is "running" or "paused" or "restarting" ||
        (attachments?.Networks?.Values.Any(a => !string.IsNullOrEmpty(a?.EndpointID)) ?? false);

    public EngineContainerFacts Of(ContainerAnswer listed) => Of(
        listed.Id!, listed.Names?.FirstOrDefault(static n => n.LastIndexOf('/') == 0) ?? listed.Names?.FirstOrDefault(), listed.State, listed.NetworkSettings);

    public EngineContainerFacts Of(string id, InspectAnswer inspected) => Of(id, inspected.Name, inspected.State?.Status, inspected.NetworkSettings);

    private EngineContainerFacts Of(string id, string? name, string? state, AttachmentsAnswer? attachments)
    {
        bool live = IsLive(state, attachments);
        return new EngineContainerFacts(
            id, (name ?? "").TrimStart('/'), live, live ? attachments?.SandboxID ?? "" : "", live ? Endpoints(attachments) : []);
    }

    private ImmutableArray<EngineEndpointFacts> Endpoints(AttachmentsAnswer? attachments) =>
    [
        .. from pair in attachments?.Networks ?? []
           let settings = pair.Value
           where !string.IsNullOrEmpty(settings?.EndpointID) && !string.IsNullOrEmpty(settings.NetworkID)
           orderby settings.NetworkID
           select new EngineEndpointFacts(
               settings.NetworkID!, settings.EndpointID!, pair.Key, Text(settings.IPAddress), Text(settings.GlobalIPv6Address), Text(settings.MacAddress))
           {
               NetworkDriver = driverOf(settings.NetworkID!),
           },
    ];

    private static string? Text(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
