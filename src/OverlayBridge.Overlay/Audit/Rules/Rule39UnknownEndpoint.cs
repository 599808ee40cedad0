using OverlayBridge.Legacy.Keys;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>A running container of an asked engine whose endpoint has no key. Local networks are not meant.</summary>
internal sealed class Rule39UnknownEndpoint() : Rule(39)
{
    public override string Cause =>
        "The endpoint was deleted by hand, or an older store was restored.";

    public override string Repair =>
        "Write the endpoint's record anew, set the bits of its addresses and add one to the count; or restart " +
        "the container.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from live in store.Engines.Live
        let seen = live.Endpoint
        let network = store.Network(seen.NetworkId)
        where network is not null || (seen.NetworkDriver == "overlay" && IsLegacyId(seen.NetworkId))
        where network?.Endpoint(seen.EndpointId) is null
        select See(live.Thing, [store.Spell(new EndpointKey(store.Store.Prefix, seen.NetworkId, seen.EndpointId))],
            $"{live.Label} runs on {NetworkRecords.LabelOf(seen.NetworkName, seen.NetworkId)} with {seen.Address ?? seen.AddressV6 ?? "no address"}, " +
            "and the store does not know its endpoint.") with
        {
            Network = network?.Named ?? new AuditNetwork(seen.NetworkId, seen.NetworkName),
        };

    // Swarm's own ids have 25 characters.
    private static bool IsLegacyId(string id) => id.Length == 64 && id.All(char.IsAsciiHexDigitLower);
}
