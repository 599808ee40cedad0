namespace OverlayBridge.Overlay.Stitch;

/// <summary>
/// The way from what a namespace has to what it must have. Removes only entries that are owned and still as they were made;
/// carried out once, a second plan is empty.
/// </summary>
public sealed record StitchPlan(EntryPlan<NeighbourEntry> Neighbours, EntryPlan<ForwardingEntry> Forwardings)
{
    public bool IsEmpty => Neighbours.IsEmpty && Forwardings.IsEmpty;

    /// <summary>
    /// What is owned when the plan was carried out. To survive a crash in between, note this and the former owned entries
    /// before the first change, and this alone after the last.
    /// </summary>
    public NamespaceEntries Owned => new(Neighbours.Owned, Forwardings.Owned);

    /// <param name="desired">What must be there.</param>
    /// <param name="owned">What we made earlier in this namespace; none after the namespace was made anew.</param>
    /// <param name="present">What is there, the engine's own entries included.</param>
    public static StitchPlan Between(NamespaceEntries desired, NamespaceEntries owned, NamespaceEntries present) => new(
        EntryPlan<NeighbourEntry>.Between(desired.Neighbours, owned.Neighbours, present.Neighbours, e => e.Address),
        EntryPlan<ForwardingEntry>.Between(desired.Forwardings, owned.Forwardings, present.Forwardings, e => e.Mac));
}
