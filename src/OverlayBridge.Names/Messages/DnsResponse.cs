using System.Buffers.Binary;
using System.Text;

namespace OverlayBridge.Names.Messages;

/// <summary>
/// Writes an answer into a span: the header and question of the query, then records whose name is a pointer to the question's (RFC 1035 §4.1.4), then OPT where
/// the query had one. What does not fit is left out and the message marked as truncated.
/// </summary>
public ref struct DnsResponse
{
    /// <summary>Bytes that we take by UDP: no fragments on any usual path (DNS flag day 2020).</summary>
    public const int OwnUdpLength = 1232;

    private const int OptLength = 11;
    private const ushort PointerToQuestion = 0xC000 | DnsQuery.HeaderLength;
    private const ushort ClassIn = 1;

    private readonly Span<byte> _message;
    private readonly int _limit;
    private readonly bool _hasEdns;
    private int _length;
    private ushort _answers;
    private bool _truncated;

    /// <param name="query">The message that is answered.</param>
    /// <param name="questionEnd">Where its question ends; the header's length where it has none that can be read.</param>
    /// <param name="hasEdns">Whether it had an OPT record.</param>
    /// <param name="limit">Bytes that the asker takes.</param>
    /// <param name="message">Room for the answer, at least <paramref name="limit"/>.</param>
    public DnsResponse(ReadOnlySpan<byte> query, int questionEnd, bool hasEdns, int limit, Span<byte> message)
    {
        query[..questionEnd].CopyTo(message);
        _message = message;
        _length = questionEnd;
        _hasEdns = hasEdns;
        _limit = Math.Min(limit, message.Length) - (hasEdns ? OptLength : 0);
    }

    /// <returns>False when it does not fit any more.</returns>
    public bool AddAddress(uint address)
    {
        if (!Begin(RecordType.A, 4))
            return false;
        BinaryPrimitives.WriteUInt32BigEndian(_message[_length..], address);
        _length += 4;
        return true;
    }

    /// <param name="name">Of labels that have at most 63 ASCII letters each, 253 in all.</param>
    /// <returns>False when it does not fit any more.</returns>
    public bool AddPointer(ReadOnlySpan<char> name)
    {
        if (!Begin(RecordType.Ptr, name.Length + 2))
            return false;
        foreach (var part in name.Split('.'))
        {
            var label = name[part];
            _message[_length++] = (byte)label.Length;
            _length += Encoding.ASCII.GetBytes(label, _message[_length..]);
        }

        _message[_length++] = 0;
        return true;
    }

    /// <summary>Writes header and OPT record.</summary>
    /// <param name="authoritative">The answer is of our own knowledge.</param>
    /// <returns>The length of the message.</returns>
    public int End(ResponseCode code, bool authoritative)
    {
        _message[2] = (byte)(0x80 | (_message[2] & 0x79) | (authoritative ? 0x04 : 0) | (_truncated ? 0x02 : 0)); // QR, opcode and RD as asked, AA, TC
        _message[3] = (byte)(0x80 | (_message[3] & 0x10) | ((int)code & 0x0F)); // RA, CD as asked
        BinaryPrimitives.WriteUInt16BigEndian(_message[4..], (ushort)(_length > DnsQuery.HeaderLength ? 1 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(_message[6..], _answers);
        BinaryPrimitives.WriteUInt16BigEndian(_message[8..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(_message[10..], (ushort)(_hasEdns ? 1 : 0));
        if (!_hasEdns)
            return _length;
        var opt = _message.Slice(_length, OptLength);
        opt.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(opt[1..], (ushort)RecordType.Opt);
        BinaryPrimitives.WriteUInt16BigEndian(opt[3..], OwnUdpLength);
        opt[5] = (byte)((int)code >> 4);
        return _length + OptLength;
    }

    /// <summary>Name, type, class, a time to live of 0 (the answer may be another one in a second) and the length of what follows.</summary>
    private bool Begin(RecordType type, int dataLength)
    {
        if (_truncated || _length + 12 + dataLength > _limit || _answers == ushort.MaxValue)
        {
            _truncated = true;
            return false;
        }

        var record = _message[_length..];
        BinaryPrimitives.WriteUInt16BigEndian(record, PointerToQuestion);
        BinaryPrimitives.WriteUInt16BigEndian(record[2..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(record[4..], ClassIn);
        BinaryPrimitives.WriteUInt32BigEndian(record[6..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(record[10..], (ushort)dataLength);
        _length += 12;
        _answers++;
        return true;
    }
}
