using System.Globalization;

namespace OverlayBridge.Overlay.Audit;

/// <summary>Names of things, for subjects and for telling which observation explains which. No two kinds share a name.</summary>
internal static class Thing
{
    public static string Network(string networkId) => networkId;

    public static string Endpoint(string networkId, string endpointId) => $"{networkId}/{endpointId}";

    public static string Pool(string poolId) => poolId;

    public static string Address(string poolId, string address) => $"{poolId} {address}";

    public static string Vni(ulong vni) => vni.ToString(CultureInfo.InvariantCulture);

    public static string Key(string key) => key;
}
