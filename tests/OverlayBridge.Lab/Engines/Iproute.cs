using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;

namespace OverlayBridge.Lab.Engines;

/// <summary>Reads what ip -json and bridge -json print.</summary>
internal static class Iproute
{
    /// <summary>Entries that have a MAC; a failed or unfinished lookup has none.</summary>
    public static IReadOnlyList<NeighbourEntry> Neighbours(string json) =>
        [.. Entries(json).Where(entry => entry.TryGetProperty("lladdr", out _)).Select(entry => new NeighbourEntry(
            IPAddress.Parse(Text(entry, "dst")), PhysicalAddress.Parse(Text(entry, "lladdr")),
            string.Join(' ', entry.GetProperty("state").EnumerateArray().Select(state => state.GetString()))))];

    /// <summary>Entries that lead to a VTEP; the device also has one for itself on the bridge.</summary>
    public static IReadOnlyList<ForwardingEntry> Forwarding(string json) =>
        [.. Entries(json).Where(entry => entry.TryGetProperty("dst", out _)).Select(entry => new ForwardingEntry(
            PhysicalAddress.Parse(Text(entry, "mac")), IPAddress.Parse(Text(entry, "dst")),
            entry.TryGetProperty("vni", out var vni) ? vni.GetUInt32() : null, Text(entry, "state")))];

    private static JsonElement.ArrayEnumerator Entries(string json) =>
        JsonElement.Parse(json.Length == 0 ? "[]" : json).EnumerateArray();

    private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!;
}
