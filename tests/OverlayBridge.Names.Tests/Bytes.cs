using System.Buffers.Binary;
using System.Text;
using OverlayBridge.Names.Messages;

namespace OverlayBridge.Names.Tests;

/// <summary>Messages as bytes, made by hand.</summary>
internal static class Bytes
{
    public static byte[] Query(string name, RecordType type, ushort id = 0x1234, int? ednsLength = null, byte ednsVersion = 0, ushort @class = 1)
    {
        var message = new List<byte>();
        Add(message, id, 0x0100, 1, 0, 0, (ushort)(ednsLength is null ? 0 : 1));
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }

        message.Add(0);
        Add(message, (ushort)type, @class);
        if (ednsLength is { } length)
        {
            message.Add(0);
            Add(message, (ushort)RecordType.Opt, (ushort)length);
            message.AddRange([0, ednsVersion, 0, 0, 0, 0]);
        }

        return [.. message];
    }

    public static ResponseCode Code(ReadOnlySpan<byte> answer) => (ResponseCode)(answer[3] & 0x0F);

    public static int Answers(ReadOnlySpan<byte> answer) => BinaryPrimitives.ReadUInt16BigEndian(answer[6..]);

    public static bool IsTruncated(ReadOnlySpan<byte> answer) => (answer[2] & 0x02) != 0;

    private static void Add(List<byte> message, params ReadOnlySpan<ushort> numbers)
    {
        foreach (var number in numbers)
            message.AddRange([(byte)(number >> 8), (byte)number]);
    }
}
