using System.Net;
using System.Net.Sockets;
using OverlayBridge.Compose.Transition;

namespace OverlayBridge.Compose.Checks;

/// <summary>Fixed addresses on shared networks.</summary>
internal static class AddressChecks
{
    public static IEnumerable<ComposeFinding> Find(CheckSubject subject) => subject.Shared.Places.SelectMany(place => Fixed(subject, place).Concat(Ipv6(subject, place)));

    private static IEnumerable<ComposeFinding> Ipv6(CheckSubject subject, SharedPlace place) => place.Place.Ipv6Address is not { } text ? [] :
    [
        subject.Of(
            place.Service, ComposeRules.Ipv6, ["networks", place.Network.Key, "ipv6_address"], $"'{place.Service.Name}' wants the IPv6 address {text}.",
            "Swarm overlays have no IPv6 pool.", "Take it out; give an ipv4_address if a fixed one is needed.", place.Network.Key),
    ];

    private static IEnumerable<ComposeFinding> Fixed(CheckSubject subject, SharedPlace place)
    {
        if (place.Place.Ipv4Address is not { } text)
            yield break;
        // "10.60" would be taken for 10.0.0.60.
        if (!IPAddress.TryParse(text, out var address) || address.AddressFamily != AddressFamily.InterNetwork || text.Count(static c => c == '.') != 3)
        {
            yield return Of(ComposeRules.BadAddress, $"'{text}' is no IPv4 address.", "The engine refuses it.", "Correct it.");
            yield break;
        }

        if (place.Service.Replicas > 1)
            yield return Of(
                ComposeRules.AddressForMany, $"All {place.Service.Replicas} containers of '{place.Service.Name}' want {address}.",
                "Only one of them can have it.", "Take the address out, or run one container.");
        if (!place.Shared.MayHold(address))
            yield return Of(
                ComposeRules.AddressOffSubnet, $"{address} is not in {Words.Subnets(place.Shared)} of '{place.Shared.Name}'.", "The engine refuses it.", $"Choose an address of {string.Join(" or ", place.Shared.Subnets)}.");
        else if (place.Shared.FenceOf(address) is { } fence)
            yield return Of(
                ComposeRules.AddressInFence, $"{address} is inside the fence {fence}.",
                "Swarm gives these addresses out by itself: whoever comes first may have it, and the start then fails with 'Address already in use'.",
                $"Choose an address {(place.Shared.Subnets.IsEmpty ? "" : $"of {string.Join(" or ", place.Shared.Subnets)} ")}outside of {fence}, or none at all.");
        else if (Holder(place, address) is { } holder)
            yield return Of(
                ComposeRules.AddressTaken, $"{address} belongs to '{holder.Name}' on {Words.Host(holder)}.",
                "Two live containers with one address: each host answers for another one.", $"Choose a free address, or remove '{holder.Name}' before this starts.");
        else if (place.Shared.Fence is not null && !place.Shared.Reserves.Any(block => block.Contains(address)) && !IsOwn(subject, place, address))
            yield return Of(
                ComposeRules.AddressNotReserved, $"{address} is not set aside for '{place.Service.Name}'.",
                "It is outside of what swarm gives out, and the legacy engines may hand it out too while nothing there holds it.",
                "Keep an address that the same container has had on the legacy side until its host is converted, set a block aside for fixed ones ('overlaybridge network expose --grow'), or let swarm choose.");

        ComposeFinding Of(ComposeRule rule, string message, string cause, string repair) => subject.Of(
            place.Service, rule, ["networks", place.Network.Key, "ipv4_address"], message, cause, repair, place.Network.Key);

        KnownEndpoint? Holder(SharedPlace at, IPAddress wanted) => at.Shared.Endpoints.FirstOrDefault(
            endpoint => wanted.Equals(endpoint.Address) && !NameChecks.IsSame(subject, at, endpoint));
    }

    /// <summary>The address is already that of the service's own container.</summary>
    private static bool IsOwn(CheckSubject subject, SharedPlace place, IPAddress address) =>
        place.Shared.Endpoints.Any(endpoint => address.Equals(endpoint.Address) && NameChecks.IsSame(subject, place, endpoint));
}
