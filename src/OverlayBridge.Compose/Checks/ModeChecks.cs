using OverlayBridge.Compose.Projects;

namespace OverlayBridge.Compose.Checks;

/// <summary><c>network_mode</c>, and the first format's <c>net</c>.</summary>
internal static class ModeChecks
{
    public static IEnumerable<ComposeFinding> Find(CheckSubject subject) =>
        from service in subject.Project.Services.Values
        let found = service.NetworkMode is not { } mode ? null : Of(subject, service, mode, subject.Project.IsFormatOne ? "net" : "network_mode")
        where found is not null
        select found;

    private static ComposeFinding? Of(CheckSubject subject, ComposeService service, string mode, string field) => mode.Split(':', 2) switch
    {
        ["container", var other] => subject.Of(
            service, ComposeRules.ModeOfContainer, [field], $"'{service.Name}' shares the network of the container '{other}'.",
            $"Both must be on the same host, and '{service.Name}' must be made anew whenever '{other}' is.",
            $"If '{other}' is a service of this project, write network_mode: service:NAME; else move both in one step."),
        ["service", var other] => subject.Of(
            service, ComposeRules.ModeOfService, [field], $"'{service.Name}' shares the network of '{other}'.",
            "It has that service's address and names, and moves only together with it.", $"Move '{other}' and '{service.Name}' in one step."),
        ["host" or "none" or "bridge" or "default"] => subject.Of(
            service, ComposeRules.ModeOffNetwork, [field], $"'{service.Name}' is on no overlay (network_mode: {mode}).",
            mode == "host"
                ? "It does not resolve the names of the shared network, and is reached only at its host's address, which changes when it moves."
                : "It neither reaches the shared network nor is it reached from there.",
            $"Leave it if that is meant; else remove {field} and list the shared network."),
        _ => subject.Of(
            service, ComposeRules.ModeIsNetwork, [field], $"'{service.Name}' joins the network '{mode}' by {field}.",
            "It gets no aliases that way, not even its service's name, so others do not find it; and the override cannot change it.",
            $"Remove {field} and list '{mode}' below networks:, with external: true."),
    };
}
