using System.Collections.Immutable;
using System.Net;
using OverlayBridge.Compose.Checks;
using OverlayBridge.Compose.Transition;

namespace OverlayBridge.Compose.Overrides;

/// <summary>Fixed addresses: which place is meant, and whether it may have it.</summary>
internal static class WantedAddresses
{
    /// <summary>The addresses that the project's containers have now, on whichever side.</summary>
    public static Dictionary<(string Service, string Network), IPAddress> Kept(CheckSubject subject, ImmutableArray<string>.Builder notes)
    {
        var kept = new Dictionary<(string, string), IPAddress>();
        foreach (var place in subject.Shared.Places.Where(static place => place.Place.Ipv4Address is null))
        {
            var own = place.Shared.Endpoints.Where(endpoint => endpoint.Address is not null && NameChecks.IsSame(subject, place, endpoint)).ToList();
            if (own.Count > 1 || place.Service.Replicas > 1)
                notes.Add($"'{place.Service.Name}' has several containers on '{place.Network.Key}': one address cannot be kept for all of them.");
            else if (own is not [var one])
                notes.Add($"'{place.Service.Name}' has no container on '{place.Network.Key}' now whose address could be kept.");
            else if (place.Shared.FenceOf(one.Address!) is not null)
                notes.Add($"'{place.Service.Name}' has {one.Address} on '{place.Network.Key}', which swarm gave it from the fence: it is not kept, for swarm may give it to another one.");
            else
                kept[(place.Service.Name, place.Network.Key)] = one.Address!;
        }

        return kept;
    }

    /// <exception cref="ComposeException">There is no such place, or several.</exception>
    public static SharedPlace Place(CheckSubject subject, WantedAddress wanted)
    {
        var places = subject.Shared.Places.Where(place => place.Service.Name == wanted.Service && (wanted.Network is null || wanted.Network == place.Network.Key)).ToList();
        return places switch
        {
            [var one] => one,
            [] => throw new ComposeException(
                $"{wanted.Address} is wanted for '{wanted.Service}'{(wanted.Network is null ? "" : $" on '{wanted.Network}'")}, which is on no such shared network.", null,
                $"Services on shared networks are: {string.Join(", ", subject.Shared.Places.Select(static place => $"{place.Service.Name} on {place.Network.Key}").DefaultIfEmpty("none"))}.",
                "Name one of these."),
            _ => throw new ComposeException(
                $"{wanted.Address} is wanted for '{wanted.Service}', which is on several shared networks.", null,
                $"They are: {string.Join(", ", places.Select(static place => place.Network.Key))}.", $"Write {wanted.Service}:NETWORK={wanted.Address}."),
        };
    }

    /// <exception cref="ComposeException">The address cannot be given there.</exception>
    public static void Demand(CheckSubject subject, SharedPlace place, IPAddress address)
    {
        if (place.Service.Replicas > 1)
            throw Refused($"'{place.Service.Name}' is to have {place.Service.Replicas} containers, and only one can have it.", "Run one container, or let swarm choose.");
        if (!place.Shared.MayHold(address))
            throw Refused($"It is not in {Words.Subnets(place.Shared)} of '{place.Shared.Name}'.", $"Choose an address of {string.Join(" or ", place.Shared.Subnets)}.");
        if (place.Shared.FenceOf(address) is { } fence)
            throw Refused($"It is inside the fence {fence}, whose addresses swarm gives out by itself.", $"Choose one outside of {fence}.");
        if (place.Shared.Endpoints.FirstOrDefault(endpoint => address.Equals(endpoint.Address) && !NameChecks.IsSame(subject, place, endpoint)) is { } holder)
            throw Refused($"'{holder.Name}' on {Words.Host(holder)} has it.", "Choose a free one.");

        ComposeException Refused(string why, string remedy) => new($"'{place.Service.Name}' cannot have {address} on '{place.Network.Key}'.", null, why, remedy);
    }
}
