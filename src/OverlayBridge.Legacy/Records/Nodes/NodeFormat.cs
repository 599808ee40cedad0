using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace OverlayBridge.Legacy.Records.Nodes;

/// <summary>Plain text, the only record that is not JSON.</summary>
internal static class NodeFormat
{
    private const int LongestAddress = 1024;

    public static NodeRecord Decode(string key, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            throw Fault(key, 0, "the value is empty where the host's address should stand.");
        if (value.Length > LongestAddress)
            throw Fault(key, LongestAddress, "the value is too long for a host's address.");
        int at = value.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7e);
        return at < 0 ? new NodeRecord(Encoding.ASCII.GetString(value)) : throw Fault(key, at, "the value is not a host's address.");
    }

    public static ImmutableArray<byte> Encode(NodeRecord record) =>
        ImmutableCollectionsMarshal.AsImmutableArray(Encoding.ASCII.GetBytes(record.Address));

    private static RecordFormatException Fault(string key, int offset, string what) =>
        new(key, offset, what, "A running engine writes it again within its heartbeat (20 s); delete the key of a host that is gone.");
}
