using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>Two networks with one name, those in removal left out.</summary>
internal sealed class Rule34DuplicateNetworkName() : Rule(34)
{
    public override string Cause =>
        "Two engines created it at once, it was created while a network record was unreadable, or through the " +
        "API without CheckDuplicate.";

    public override string Repair =>
        "Remove the one without endpoints, by its id.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from name in new Repeated<string>().Of(store.Networks, NameOf)
        from observation in See(name.Key, [.. name])
        select observation;

    public override Observation? Head(ImmutableArray<Observation> members) => members.Single(m => m.Network is null);

    private static bool NameOf(NetworkRecords network, out string name)
    {
        name = network.Record?.Name ?? "";
        return network.Record is { InDelete: false };
    }

    private IEnumerable<Observation> See(string name, ImmutableArray<NetworkRecords> networks)
    {
        string all = Listing.Of(networks.Select(n => $"{NetworkRecords.Short(n.Id)} with {n.Endpoints.Length} endpoints"));
        var head = See(name, [.. networks.Select(n => n.Filed!.Entry.Key)],
            $"The name {name} is ambiguous: {networks.Length} networks have it, {all}.") with { Group = name };
        yield return head;
        foreach (var network in networks)
            yield return head with { Subject = network.Id, Keys = [network.Filed!.Entry.Key], Network = network.Named };
    }
}
