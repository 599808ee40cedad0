using OverlayBridge.Overlay.Audit.Subjects;

namespace OverlayBridge.Overlay.Audit.Rules;

/// <summary>An encrypted network with endpoints, which no legacy engine can have joined.</summary>
internal sealed class Rule45EncryptedEndpoints() : Rule(45)
{
    public override string Cause =>
        "Left over from a migration to swarm.";

    public override string Repair =>
        "None: such a network cannot be joined, for the keys come from swarm only.";

    public override IEnumerable<Observation> Check(AuditSubject store) =>
        from network in store.Networks
        where network.IsOverlay && !network.Endpoints.IsEmpty &&
            (network.Overlay?.Value is { Secure: true } || network.Record!.DriverOptions.ContainsKey("encrypted"))
        select See(network, [.. network.Overlay is { } overlay ? [overlay.Entry.Key] : (string[])[], .. network.Endpoints.Select(e => e.Key)],
            $"{network.Label} is encrypted, so that no legacy engine can join it, and has {network.Endpoints.Length} endpoints: " +
            $"{Listing.Of(network.Endpoints.Select(e => e.Label))}.");
}
