using OverlayBridge.Compose.Projects;

namespace OverlayBridge.Compose.Checks;

/// <summary><c>links</c> and <c>external_links</c>: an engine knows only its own containers.</summary>
internal static class LinkChecks
{
    public static IEnumerable<ComposeFinding> Find(CheckSubject subject) =>
        subject.Project.Services.Values.SelectMany(service => Links(subject, service).Concat(External(subject, service)));

    private static IEnumerable<ComposeFinding> Links(CheckSubject subject, ComposeService service) =>
        from link in service.Links
        let target = Target(link)
        select subject.Of(
            service, ComposeRules.Links, ["links", link], $"'{service.Name}' is linked to '{target}'.",
            subject.Project.IsFormatOne || !subject.Shared.Has(service.Name)
                ? "Links on the default bridge reach containers of the same engine only, and not those of an overlay."
                : $"The engine refuses to start '{service.Name}' unless a container of '{target}' is on the same host, so the two can only move together.",
            $"Take the link out and put both on the shared network; {(Alias(link) is { } alias ? $"give '{target}' the alias '{alias}' there" : $"the name '{target}' resolves there without a link")}.");

    private static IEnumerable<ComposeFinding> External(CheckSubject subject, ComposeService service) =>
        from link in service.ExternalLinks
        let target = Target(link)
        select subject.Of(
            service, ComposeRules.ExternalLinks, ["external_links", link], $"'{service.Name}' is linked to the container '{target}' outside of the project.",
            $"The engine refuses to start '{service.Name}' on a host that does not run '{target}' itself.",
            $"Take the link out: '{target}' resolves by name once both are on the shared network{(Alias(link) is { } alias ? $", and as '{alias}' if it gets that alias" : "")}.");

    private static string Target(string link) => link.Split(':', 2)[0];

    private static string? Alias(string link) => link.Split(':', 2) is [var target, var alias] && alias != target ? alias : null;
}
