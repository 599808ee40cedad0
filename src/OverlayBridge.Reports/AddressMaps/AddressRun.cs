using System.Collections.Immutable;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Reports.AddressMaps;

/// <summary>Ordinals <see cref="First"/> to <see cref="Last"/>, both included, that are the same thing. Free ones are in no run.</summary>
/// <param name="Claims">Records that claim it; empty for what is leaked or fenced.</param>
/// <param name="Fence">What it is fenced off for; null when it is not.</param>
internal sealed record AddressRun(
    ulong First, ulong Last, AddressState State, ImmutableArray<UsedAddress> Claims, AddressFence? Fence = null)
{
    public ulong Count => Last - First + 1;
}

/// <summary>Ordinals that were fenced off for swarm.</summary>
/// <param name="Owner">For which network, in words for a person.</param>
internal sealed record AddressFence(ulong First, ulong Last, string Owner);
