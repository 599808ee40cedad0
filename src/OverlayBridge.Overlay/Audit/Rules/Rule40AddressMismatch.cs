using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>A running container of an asked engine has another address than its E.</summary>
internal sealed class Rule40AddressMismatch() : Rule(40)
{
    public override string Cause =>
        "The record was edited by hand, or an older store was restored.";

    public override string Repair =>
        "Follow the host: write its address into the record and mark it as taken.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from live in store.Engines.Live
        let endpoint = store.Network(live.Endpoint.NetworkId)?.Endpoint(live.Endpoint.EndpointId)
        where endpoint?.Record?.Interface is not null
        let face = endpoint.Record!.Interface!
        where Differs(face.Address, live.Endpoint.Address) || Differs(face.AddressV6, live.Endpoint.AddressV6)
        select See(endpoint, [endpoint.Key],
            $"{live.Label} has {Text(live.Endpoint.Address, live.Endpoint.AddressV6)}, and its record on {endpoint.Network.Label} says {Text(face.Address, face.AddressV6)}.");

    // An engine that does not tell an address says nothing against the record's.
    private static bool Differs(string? recorded, string? seen) =>
        Cidr.TryParseAddress(seen, out var address) &&
        !(Cidr.TryParse(recorded, out var kept) && AddressNumber.Of(address) == kept.Bits && Cidr.Of(address, 0).IsIPv6 == kept.IsIPv6);

    private static string Text(string? v4, string? v6) => string.Join(" and ", new[] { v4, v6 }.Where(a => !string.IsNullOrEmpty(a)).DefaultIfEmpty("none"));
}
