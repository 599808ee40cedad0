using System.Buffers;
using System.Buffers.Text;
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
    // Less is not worth a second core.
    private const int LeastToShare = 128 << 10;

    // About so long is an endpoint.
    private const int UsualLength = 1 << 10;

    /// <summary>All elements from here on that stand so and whole, each with its offset, and the length of them all; a long text is read by two cores.</summary>
    public static (IEnumerable<(KeyValueEntry Entry, int Offset)> Entries, int Length) ReadMany(ReadOnlyMemory<byte> json)
    {
        // Where this stands is the end of an object and the start of another, for quotes in a text are escaped; but perhaps inside of an
        // element. So the second half counts only if the first one ends just there.
        int middle = json.Length < LeastToShare ? -1 : json.Span[(json.Length / 2)..].IndexOf("},{\"LockIndex\":"u8);
        if (middle < 0)
            return ReadMany(json.Span);
        middle += json.Length / 2 + 1;
        (List<(KeyValueEntry Entry, int Offset)> Entries, int Length) first = ([], 0), second = ([], 0);
        Parallel.Invoke(() => first = ReadMany(json.Span[..middle]), () => second = ReadMany(json.Span[middle..]));
        if (first.Length != middle)
            return first;
        return (first.Entries.Concat(second.Entries.Select(found => (found.Entry, found.Offset + middle))), middle + second.Length);
    }

    private static (List<(KeyValueEntry Entry, int Offset)> Entries, int Length) ReadMany(ReadOnlySpan<byte> json)
    {
        var entries = new List<(KeyValueEntry Entry, int Offset)>(json.Length / UsualLength);
        // Base64 takes four bytes for three, and names and numbers stand beside it.
        var room = new EntryRoom(json.Length / 4 * 3);
        int at = 0;
        for (; TryRead(json[at..], room, out int length) is { } entry; at += length)
            entries.Add((entry, at));
        return (entries, at);
    }

    /// <summary>The entry, or null when it does not stand so, or not whole.</summary>
    /// <param name="json">From the comma on; more may follow.</param>
    /// <param name="room">Where key and value are kept.</param>
    /// <param name="length">Of the element with its comma.</param>
    public static KeyValueEntry? TryRead(ReadOnlySpan<byte> json, EntryRoom room, out int length)
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
        return text.Failed || key.IsEmpty || Kept(key, value, room) is not { } kept
            ? null
            : new(kept[..key.Length], kept[key.Length..])
            {
                Flags = flags,
                CreateIndex = created,
                ModifyIndex = modified,
                LockIndex = locked,
                Session = session.IsEmpty ? null : Encoding.ASCII.GetString(session),
            };
    }

    // The key and the bytes of the value behind it; null when the value is no base64.
    private static ReadOnlyMemory<byte>? Kept(ReadOnlySpan<byte> key, ReadOnlySpan<byte> base64, EntryRoom room)
    {
        int most = base64.Length / 4 * 3;
        var bytes = room.Reserve(key.Length + most);
        key.CopyTo(bytes);
        // Blanks between the letters, which the decoder passes over, would make it shorter than padding can.
        return Base64.DecodeFromUtf8(base64, bytes[key.Length..], out int consumed, out int written) == OperationStatus.Done &&
            consumed == base64.Length && base64.Length % 4 == 0 && written > most - 3
            ? room.Keep(key.Length + written)
            : default(ReadOnlyMemory<byte>?);
    }
}
