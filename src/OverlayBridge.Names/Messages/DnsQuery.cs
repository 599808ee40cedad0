using System.Buffers.Binary;

namespace OverlayBridge.Names.Messages;

/// <summary>
/// A query of one question, as it stands in a message (RFC 1035 §4.1). Nothing is copied but the name, in lower case. Reading never throws.
/// </summary>
public readonly ref struct DnsQuery
{
    public const int HeaderLength = 12;

    /// <summary>Bytes of a UDP message without EDNS (RFC 1035 §4.2.1).</summary>
    public const int PlainUdpLength = 512;

    /// <summary>Characters of a name as text: 255 bytes less the first length and the root.</summary>
    public const int NameLengthMax = 253;

    private const int LabelLengthMax = 63;
    private const int RecordsMax = 32;
    private const ushort ClassIn = 1;
    private const ushort ClassAny = 255;

    private DnsQuery(ReadOnlySpan<char> name, bool isPlain, RecordType type, int questionEnd, Edns edns)
    {
        Name = name;
        IsPlain = isPlain;
        Type = type;
        QuestionEnd = questionEnd;
        (HasEdns, EdnsVersion, UdpLength) = (edns.IsThere, edns.Version, edns.IsThere ? Math.Max((int)edns.Payload, PlainUdpLength) : PlainUdpLength);
    }

    /// <summary>In lower case, labels joined by dots, without a dot at the end; empty for the root.</summary>
    public ReadOnlySpan<char> Name { get; }

    /// <summary>The name can be written as text: printable ASCII, no dot inside a label. Another one names no container.</summary>
    public bool IsPlain { get; }

    public RecordType Type { get; }

    /// <summary>Where the question ends in the message.</summary>
    public int QuestionEnd { get; }

    public bool HasEdns { get; }

    public byte EdnsVersion { get; }

    /// <summary>Bytes that the asker takes by UDP, at least <see cref="PlainUdpLength"/>.</summary>
    public int UdpLength { get; }

    /// <summary>Whether a message is a question to us at all: what is not, such as an answer, is not answered, or two servers would answer each other for ever.</summary>
    public static bool IsQuestion(ReadOnlySpan<byte> message) => message.Length >= HeaderLength && (message[2] & 0x80) == 0;

    /// <param name="message">One that <see cref="IsQuestion"/>.</param>
    /// <param name="name">Room for the name: <see cref="NameLengthMax"/> characters.</param>
    /// <returns>What to answer if it cannot be read; <see cref="ResponseCode.NoError"/> if it can.</returns>
    public static ResponseCode Read(ReadOnlySpan<byte> message, Span<char> name, out DnsQuery query)
    {
        query = default;
        if ((message[2] & 0x78) != 0)
            return ResponseCode.NotImplemented;
        if (Number(message, 4) != 1)
            return ResponseCode.FormatError;
        var at = HeaderLength;
        if (!ReadName(message, ref at, name, out var length, out var isPlain) || message.Length - at < 4)
            return ResponseCode.FormatError;
        var type = (RecordType)Number(message, at);
        var @class = Number(message, at + 2);
        at += 4;
        var end = at;
        if (!ReadEdns(message, ref at, out var edns))
            return ResponseCode.FormatError;
        query = new(name[..length], isPlain, type, end, edns);
        return @class is ClassIn or ClassAny ? ResponseCode.NoError : ResponseCode.Refused;
    }

    private static bool ReadName(ReadOnlySpan<byte> message, ref int at, Span<char> name, out int length, out bool isPlain)
    {
        (length, isPlain) = (0, true);
        while (at < message.Length)
        {
            int label = message[at++];
            if (label == 0)
                return true;
            // A first name has nothing before it that a pointer could point at.
            if (label > LabelLengthMax || message.Length - at < label || length + label + (length > 0 ? 1 : 0) > NameLengthMax)
                return false;
            if (length > 0)
                name[length++] = '.';
            foreach (var letter in message.Slice(at, label))
            {
                isPlain &= letter is > 0x20 and < 0x7F and not (byte)'.';
                name[length++] = letter is >= (byte)'A' and <= (byte)'Z' ? (char)(letter | 0x20) : (char)letter;
            }

            at += label;
        }

        return false;
    }

    /// <summary>Walks over the other records for the OPT record, of which there may be one.</summary>
    private static bool ReadEdns(ReadOnlySpan<byte> message, ref int at, out Edns edns)
    {
        edns = default;
        var records = Number(message, 6) + Number(message, 8) + Number(message, 10);
        if (records > RecordsMax)
            return false;
        for (; records > 0; records--)
        {
            if (!SkipName(message, ref at) || message.Length - at < 10)
                return false;
            var isOpt = Number(message, at) == (ushort)RecordType.Opt;
            if (isOpt && edns.IsThere)
                return false;
            if (isOpt)
                edns = new(true, Number(message, at + 2), message[at + 5]);
            at += 10 + Number(message, at + 8);
            if (at > message.Length)
                return false;
        }

        return true;
    }

    private static bool SkipName(ReadOnlySpan<byte> message, ref int at)
    {
        while (at < message.Length)
        {
            int label = message[at++];
            if (label == 0)
                return true;
            if (label >= 0xC0)
                return ++at <= message.Length;
            if (label > LabelLengthMax)
                return false;
            at += label;
        }

        return false;
    }

    private static ushort Number(ReadOnlySpan<byte> message, int at) => BinaryPrimitives.ReadUInt16BigEndian(message[at..]);

    private readonly record struct Edns(bool IsThere, ushort Payload, byte Version);
}
