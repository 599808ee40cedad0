using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace OverlayBridge.Migration.Agent.Probing;

/// <summary>One question for the IPv4 addresses of a name, and the answer to it (RFC 1035 §4.1). Pure but for the question's number.</summary>
internal static class NameLookup
{
    public const int Port = 53;

    /// <summary>More does not come over UDP without EDNS, of which nothing is said in the question.</summary>
    public const int MaxAnswer = 512;

    private const int HeaderLength = 12;
    private const int AddressType = 1;
    private const int MaxLabel = 63;
    private const int MaxName = 253;

    /// <exception cref="HttpRequestException">The name is none.</exception>
    public static (byte[] Message, ushort Id) Question(string name)
    {
        var labels = LabelsOf(name);
        if (!IsName(name))
            throw new HttpRequestException($"'{name}' is no host name");
        var id = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
        byte[] message =
        [
            (byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, // recursion desired, one question
            .. labels.SelectMany(static label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]),
            0, 0, AddressType, 0, 1,
        ];
        return (message, id);
    }

    /// <summary>Whether it can be asked for.</summary>
    public static bool IsName(string name) => name.Length <= MaxName && LabelsOf(name).All(static label => label.Length is > 0 and <= MaxLabel && Ascii.IsValid(label));

    /// <summary>Whether a message answers the question of that number.</summary>
    public static bool IsAnswer(ReadOnlySpan<byte> message, ushort id) =>
        message.Length >= HeaderLength && BinaryPrimitives.ReadUInt16BigEndian(message) == id && (message[2] & 0x80) != 0;

    /// <summary>The addresses in an answer, in its order; of a damaged one those before the damage.</summary>
    public static ImmutableArray<IPAddress> Addresses(ReadOnlySpan<byte> message)
    {
        var found = ImmutableArray.CreateBuilder<IPAddress>();
        var at = HeaderLength;
        for (var questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]); questions > 0; questions--)
            if (!SkipName(message, ref at) || (at += 4) > message.Length)
                return [];
        for (var answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]); answers > 0; answers--)
        {
            if (!SkipName(message, ref at) || at + 10 > message.Length)
                break;
            var type = BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            at += 10;
            if (at + length > message.Length)
                break;
            if (type == AddressType && length == 4)
                found.Add(new IPAddress(message.Slice(at, length)));
            at += length;
        }
        return found.ToImmutable();
    }

    private static string[] LabelsOf(string name) => name.TrimEnd('.').Split('.');

    private static bool SkipName(ReadOnlySpan<byte> message, ref int at)
    {
        while (at < message.Length)
        {
            int length = message[at];
            if ((length & 0xC0) == 0xC0)
                return (at += 2) <= message.Length;
            at += length + 1;
            if (length == 0)
                return true;
        }
        return false;
    }
}
