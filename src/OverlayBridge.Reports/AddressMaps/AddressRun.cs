using System.Collections.Immutable;

namespace OverlayBridge.Reports.AddressMaps;

/// <summary>Ordinals <see cref="First"/> to <see cref="Last"/>, both included, that are the same thing. Free ones are in no run.</summary>
/// <param name="Owners">Who claims them, in words for a person; empty for <see cref="AddressState.Unclaimed"/>.</param>
internal sealed record AddressRun(ulong First, ulong Last, AddressState State, ImmutableArray<string> Owners)
{
    public ulong Count => Last - First + 1;
}
