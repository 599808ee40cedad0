using System.Net;
using OverlayBridge.Compose.Projects;
using OverlayBridge.Compose.Transition;

namespace OverlayBridge.Compose.Checks;

/// <summary>What the networks themselves are.</summary>
internal static class NetworkChecks
{
    public static IEnumerable<ComposeFinding> Find(CheckSubject subject) =>
        subject.Shared.Networks.SelectMany(shared => Of(subject, subject.Project.Networks[shared.Key], shared.Value));

    private static IEnumerable<ComposeFinding> Of(CheckSubject subject, ComposeNetwork network, SharedNetwork shared)
    {
        if (!network.IsExternal && network.Driver is not (null or "overlay"))
        {
            yield return subject.Of(
                network, ComposeRules.NoOverlay, ["driver"], $"The network '{network.Key}' is a {network.Driver}.", "Only overlays are shared between legacy hosts and swarm.",
                "Name the overlay that is meant, with external: true.");
            yield break;
        }

        if (network.IsEncrypted || shared.IsEncrypted)
            yield return subject.Of(
                network, ComposeRules.Encrypted, ["driver_opts", "encrypted"], $"The network '{shared.Name}' is encrypted.",
                "The keys of an encrypted overlay come from swarm alone: legacy engines cannot join it, so it cannot be shared.",
                "Share an unencrypted overlay and encrypt between the hosts (WireGuard, IPsec), or move its containers all at once.");
        if (network.EnableIpv6 || shared.HasIpv6 || network.Subnets.Any(static subnet => subnet.Contains(':', StringComparison.Ordinal)))
            yield return subject.Of(
                network, ComposeRules.Ipv6, network.EnableIpv6 ? ["enable_ipv6"] : ["ipam"], $"The network '{shared.Name}' has IPv6 addresses.", "Swarm overlays have no IPv6 pool.",
                "Use IPv4 on this network until all hosts are converted.");
        if (network.IsInternal || shared.IsInternal)
            yield return subject.Of(
                network, ComposeRules.Internal, ["internal"], $"The network '{shared.Name}' is internal.",
                "A container that is on internal networks alone cannot reach its host, and so not the name server there: it does not resolve names of the other side.",
                "Put its containers on a second network that is not internal, or use addresses.");
        if (shared.IsExposed == false)
            yield return subject.Of(
                network, ComposeRules.NotExposed, [], $"'{shared.Name}' is a legacy network that swarm does not have yet.", "Compose says that the external network could not be found.",
                $"Run 'overlaybridge network expose {shared.Name}' first.");
        if (!shared.Subnets.IsEmpty && network.Subnets.FirstOrDefault(text => !shared.Subnets.Any(subnet => Equals(subnet, text))) is { } other)
            yield return subject.Of(
                network, ComposeRules.OtherSubnet, ["ipam"], $"The file gives '{network.Key}' the subnet {other}; '{shared.Name}' has {string.Join(", ", shared.Subnets)}.",
                "An external network keeps its own subnet; what the file says is not used.", "Take ipam out, or correct it.");
        if (!network.IsExternal)
            yield return subject.Of(
                network, ComposeRules.OwnOverlay, [], $"The project makes the overlay '{network.RealName}' itself.", "On swarm's side it is there already, shared with the legacy one.",
                "'overlaybridge compose override' makes it external.");
    }

    private static bool Equals(IPNetwork subnet, string text) => text.Contains(':', StringComparison.Ordinal) || (IPNetwork.TryParse(text, out var parsed) && parsed == subnet);
}
