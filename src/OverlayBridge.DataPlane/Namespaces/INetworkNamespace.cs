using System.Collections.Immutable;
using OverlayBridge.DataPlane.Netlink;

namespace OverlayBridge.DataPlane.Namespaces;

/// <summary>What the agent does in a network namespace. All of it may throw <see cref="NetlinkException"/>.</summary>
public interface INetworkNamespace : IDisposable
{
    /// <summary>The namespace's file.</summary>
    string Path { get; }

    /// <summary>Tells it from every other namespace since the host started, also from one that had the same file: <c>net:[4026532281]</c>.</summary>
    string Identity { get; }

    /// <summary>The VXLAN devices in it: one for each subnet of an overlay network.</summary>
    ImmutableArray<VxlanLink> VxlanLinks();

    /// <summary>IPv4 neighbours and FDB entries of a device, the engine's own included.</summary>
    LinkTables Tables(VxlanLink link);

    /// <summary>What <see cref="LinkTables.Fingerprint"/> would be: for whoever wants to know only whether they are what they were, which costs far less.</summary>
    UInt128 Fingerprint(VxlanLink link);

    /// <summary>Carries out all changes, in order; what the kernel refuses is answered and does not hinder the others.</summary>
    ImmutableArray<EntryFailure> Apply(VxlanLink link, IReadOnlyList<EntryChange> changes);
}
