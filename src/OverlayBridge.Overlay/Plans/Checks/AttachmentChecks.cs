using System.Net;

namespace OverlayBridge.Overlay.Plans.Checks;

/// <summary>Addresses of containers on the plan's networks.</summary>
internal static class AttachmentChecks
{
    public static IEnumerable<PlanProblem> Of(PlanSubject subject)
    {
        var owners = new Dictionary<(string Network, IPAddress Address), string>();
        foreach (var (host, at) in subject.Plan.Hosts.Select(static (host, at) => (host, at)))
            foreach (var (container, number) in host.Containers.Select(static (container, number) => (container, number)))
                foreach (var problem in Container($"{host.Name}/{container.Name}", container, $"hosts/{at}/containers/{number}/attachments"))
                    yield return problem;

        IEnumerable<PlanProblem> Container(string name, PlanContainer container, string path)
        {
            var networks = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (attachment, at) in container.Attachments.Select(static (attachment, at) => (attachment, at)))
            {
                if (!subject.Networks.TryGetValue(attachment.Network, out var network))
                    yield return new($"{path}/{at}/network", $"There is no network '{attachment.Network}'.", $"The plan's networks are: {Listing.Of(subject.Networks.Keys)}.", "Correct the name, or add the network under 'networks'.");
                else if (!network.Subnets.Any(subnet => attachment.Address.AddressFamily == subnet.BaseAddress.AddressFamily && subnet.Contains(attachment.Address)))
                    yield return new($"{path}/{at}/address", $"{attachment.Address} of {name} is not in '{network.Name}'.", $"The network's subnet is {string.Join(", ", network.Subnets)}.", "Correct the address.");
                if (!networks.Add(attachment.Network))
                    yield return new($"{path}/{at}/network", $"{name} is on '{attachment.Network}' for the second time.", "A container has one address on a network.", "Remove one of them.");
                else if (!owners.TryAdd((attachment.Network, attachment.Address), name))
                    yield return new($"{path}/{at}/address", $"{name} has the address of {owners[(attachment.Network, attachment.Address)]}, {attachment.Address} on '{attachment.Network}'.", "Each container has an address of its own.", "Correct one of them; 'overlaybridge audit' finds addresses that are used twice.");
            }
        }
    }
}
