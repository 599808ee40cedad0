using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using OverlayBridge.Legacy.Json;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Sources.Json;

/// <summary>
/// Reads an element of an array of keys that stands exactly as Consul and our own dumps write it, the comma before it included. Whatever
/// differs in a byte is left to <see cref="EntryJson"/>, which knows every form and every error; the two agree on all that this one takes.
/// </summary>
internal static class ExactEntry
{
    /// <summary>The entry, or null when it does not stand so, or not whole.</summary>
    /// <param name="json">From the comma on; more may follow.</param>
    /// <param name="length">Of the element with its comma.</param>
    public static KeyValueEntry? TryRead(ReadOnlySpan<byte> json, out int length)
    {
        var text = new ExactText(json);
        ulong locked = text.Number(",{\"LockIndex\":"u8);
        var key = text.String(",\"Key\":\""u8);
        ulong flags = text.Number(",\"Flags\":"u8);
        var value = text.Take(",\"Value\":null"u8) ? [] : text.String(",\"Value\":\""u8);
        var session = text.Take(",\"Session\":\""u8) ? text.String([]) : [];
        ulong created = text.Number(",\"CreateIndex\":"u8), modified = text.Number(",\"ModifyIndex\":"u8);
        text.Expect("}"u8);
        length = json.Length - text.Rest.Length;
        return text.Failed || key.IsEmpty || Decoded(value) is not { } bytes
            ? null
            : new(Encoding.ASCII.GetString(key), bytes, flags, created, modified, locked, session.IsEmpty ? null : Encoding.ASCII.GetString(session));
    }

    // Null when it is no base64.
    private static ImmutableArray<byte>? Decoded(ReadOnlySpan<byte> base64)
    {
        if (base64.IsEmpty)
            return [];
        int padding = base64.EndsWith("=="u8) ? 2 : base64[^1] == '=' ? 1 : 0;
        var bytes = GC.AllocateUninitializedArray<byte>(base64.Length / 4 * 3 - Math.Min(padding, base64.Length / 4 * 3));
        return Base64.DecodeFromUtf8(base64, bytes, out int consumed, out int written) == OperationStatus.Done && consumed == base64.Length && written == bytes.Length
            ? ImmutableCollectionsMarshal.AsImmutableArray(bytes)
            : null;
    }
}
