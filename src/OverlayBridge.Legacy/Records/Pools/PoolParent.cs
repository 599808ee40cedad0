namespace OverlayBridge.Legacy.Records.Pools;

/// <summary>The master of a sub-pool.</summary>
public sealed record PoolParent(string AddressSpace, string Subnet, string ChildSubnet)
{
    public static PoolParent None { get; } = new("", "", "");
}
