using System.Text;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>Has legacy engines read a network's endpoints anew: they do so whenever the value of its count changes.</summary>
internal static class LegacyCounts
{
    private const int MostTries = 20;

    /// <summary>Writes the same count in other bytes, by compare-and-set; a change by an engine meanwhile does as well.</summary>
    /// <param name="keys">Begin of the engines' keys, as <c>docker/</c>.</param>
    public static async Task TouchAsync(IConsulClient store, string keys, string networkId, CancellationToken token)
    {
        const string Docker = "docker/";
        var key = new EndpointCountKey(keys.EndsWith(Docker, StringComparison.Ordinal) ? keys[..^Docker.Length] : "", networkId).Format();
        for (var tries = 0; tries < MostTries; tries++)
        {
            if ((await store.GetAsync(key, new ReadOptions(Consistency.Consistent), token)).Value is not { } entry)
                return; // The audit tells of a missing count; engines make it anew with their next endpoint.
            var count = RecordFormats.EndpointCount.Decode(entry).Count;
            var plain = Encoding.UTF8.GetBytes($"{{\"Count\":{count}}}");
            var other = entry.Value.AsSpan().SequenceEqual(plain) ? Encoding.UTF8.GetBytes($"{{\"Count\": {count}}}") : plain;
            if (await store.PutAsync(key, other, new WriteOptions(entry.ModifyIndex), token))
                return;
        }
    }
}
