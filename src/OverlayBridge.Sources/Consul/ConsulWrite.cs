using System.Collections.Immutable;

namespace OverlayBridge.Sources.Consul;
/// <summary>One key changed by CAS on Consul or a bridge.</summary>
internal static class ConsulWrite
{
    /// <summary>The 64-bit flags that engines give to all of their keys on Consul; they mean nothing (spec: legacy overlay KV layout, §1).</summary>
    private const ulong EngineFlags = 0x2DDCCBC058A50C18;

    public static async ValueTask<WriteOutcome> TryAsync(
        IConsulClient client, string key, ulong expectedIndex, ImmutableArray<byte>? value, CancellationToken token)
    {
        if (value is null)
            ArgumentOutOfRangeException.ThrowIfZero(expectedIndex);
        // A write sets the flags, so they have to be known; and Consul calls the deletion of an absent key a success.
        var present = expectedIndex == 0 ? null : (await client.GetAsync(key, new(Consistency.Consistent), token).ConfigureAwait(false)).Value;
        if (expectedIndex != 0 && present?.ModifyIndex != expectedIndex)
            return WriteOutcome.Conflict;
        var done = value is { } bytes
            ? await client.PutAsync(key, bytes.AsMemory(), new(expectedIndex, present?.Flags ?? EngineFlags), token).ConfigureAwait(false)
            : await client.DeleteAsync(key, expectedIndex, token).ConfigureAwait(false);
        return done ? WriteOutcome.Written : WriteOutcome.Conflict;
    }
}
