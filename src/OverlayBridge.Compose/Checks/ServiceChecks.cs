using OverlayBridge.Compose.Projects;

namespace OverlayBridge.Compose.Checks;

/// <summary>Ports, swarm's service addresses, name servers, and the file's format.</summary>
internal static class ServiceChecks
{
    public static IEnumerable<ComposeFinding> Find(CheckSubject subject) =>
        [.. subject.Project.Services.Values.Where(service => subject.Shared.Has(service.Name)).SelectMany(service => Of(subject, service)), .. Format(subject)];

    private static IEnumerable<ComposeFinding> Of(CheckSubject subject, ComposeService service)
    {
        if (service.Ports)
            yield return subject.Of(
                service, ComposeRules.Ports, ["ports"], $"'{service.Name}' publishes ports.", "They are published on the host that it runs on, and move with it.",
                "Point what uses them from outside at the new host; containers on the shared network need no published ports.");
        if (service.EndpointMode == "vip" || (service.HasDeploy && service.EndpointMode is null && service.Replicas > 1))
            yield return subject.Of(
                service, ComposeRules.Vip, service.EndpointMode is null ? ["deploy"] : ["deploy", "endpoint_mode"], $"As a swarm service '{service.Name}' would have a virtual IP.",
                "Legacy containers cannot reach virtual IPs. Started by Compose itself it has none; 'docker stack deploy' gives it one.",
                "Add endpoint_mode: dnsrr below deploy: if it is ever deployed as a stack.");
        if (!service.Dns.IsEmpty)
            yield return subject.Of(
                service, ComposeRules.OwnDns, ["dns"], $"'{service.Name}' has name servers of its own: {string.Join(", ", service.Dns)}.",
                "Names of the other side resolve only when the agent's name server is asked first; it asks the others for what it does not know.",
                "'overlaybridge compose override' puts it first, which Compose 2.24.4 and later can merge; with an older one write it first into the file.");
    }

    private static IEnumerable<ComposeFinding> Format(CheckSubject subject) => !subject.Project.IsFormatOne ? [] :
    [
        new(
            ComposeRules.FormatOne, null, null, subject.Files.Locate([]), "The file is in Compose's first format.",
            "It knows no networks, and Compose 2 does not read it.", "Put all services below services:, and list the shared network below networks: with external: true."),
    ];
}
