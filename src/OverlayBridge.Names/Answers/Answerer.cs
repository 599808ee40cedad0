using System.Buffers;
using System.Globalization;
using OverlayBridge.Names.Messages;
using OverlayBridge.Names.Views;

namespace OverlayBridge.Names.Answers;

/// <summary>
/// From the bytes of a query, the view and the client to the bytes of the answer. A pure function. Own are: names of containers, aliases and services
/// (<c>NAME</c>, <c>tasks.NAME</c>) on the client's networks, the same with the network's name behind them, and the reverse names of their subnets' addresses.
/// </summary>
public static class Answerer
{
    /// <summary>Bytes of a message by TCP.</summary>
    public const int TcpLength = ushort.MaxValue;

    private const string ReverseZone = ".in-addr.arpa";

    /// <param name="turn">Another number for each query: where several answer to a name, each of them comes first in its turn.</param>
    /// <param name="byTcp">The answer may be as long as it gets.</param>
    /// <param name="response">Room for it: <see cref="TcpLength"/> by TCP, else <see cref="DnsResponse.OwnUdpLength"/>.</param>
    public static Answer Answer(ReadOnlySpan<byte> query, NameView view, NameClient client, uint turn, bool byTcp, Span<byte> response)
    {
        if (!DnsQuery.IsQuestion(query))
            return new(AnswerKind.Dropped);
        Span<char> name = stackalloc char[DnsQuery.NameLengthMax];
        var code = DnsQuery.Read(query, name, out var read);
        var limit = byTcp ? TcpLength : Math.Min(Math.Max(read.UdpLength, DnsQuery.PlainUdpLength), DnsResponse.OwnUdpLength);
        var writer = new DnsResponse(query, Math.Max(read.QuestionEnd, DnsQuery.HeaderLength), read.HasEdns, limit, response);
        if (code == ResponseCode.NoError && read.HasEdns && read.EdnsVersion > 0)
            code = ResponseCode.BadVersion;
        if (code != ResponseCode.NoError)
            return new(AnswerKind.Refused, writer.End(code, authoritative: false));
        return read.Name.EndsWith(ReverseZone, StringComparison.Ordinal)
            ? Reverse(read, client, ref writer)
            : Forward(read, view, client, turn, ref writer);
    }

    /// <summary>An answer that says only that it failed, to a query that <see cref="Answer"/> said to forward.</summary>
    public static int Fail(ReadOnlySpan<byte> query, ResponseCode code, Span<byte> response)
    {
        Span<char> name = stackalloc char[DnsQuery.NameLengthMax];
        DnsQuery.Read(query, name, out var read);
        return new DnsResponse(query, read.QuestionEnd, read.HasEdns, DnsResponse.OwnUdpLength, response).End(code, authoritative: false);
    }

    private static Answer Forward(scoped DnsQuery query, NameView view, NameClient client, uint turn, ref DnsResponse writer)
    {
        var found = ArrayPool<uint>.Shared.Rent(64);
        try
        {
            var count = query.IsPlain ? Find(query.Name, client, ref found) : 0;
            if (count == 0)
                return Unknown(query, view, client, ref writer);
            if (query.Type is not (RecordType.A or RecordType.Any))
                return new(AnswerKind.Empty, writer.End(ResponseCode.NoError, authoritative: true));
            for (var i = 0; i < count && writer.AddAddress(found[(int)((turn + (uint)i) % (uint)count)]); i++)
            {
            }

            return new(AnswerKind.Found, writer.End(ResponseCode.NoError, authoritative: true));
        }
        finally
        {
            ArrayPool<uint>.Shared.Return(found);
        }
    }

    /// <summary>The addresses of a name on all networks of the client, each once.</summary>
    private static int Find(scoped ReadOnlySpan<char> name, NameClient client, ref uint[] found)
    {
        var count = 0;
        foreach (var network in client.Networks)
            foreach (var address in network.Addresses(name))
            {
                if (client.Networks.Length > 1 && found.AsSpan(0, count).Contains(address))
                    continue;
                if (count == found.Length)
                {
                    var larger = ArrayPool<uint>.Shared.Rent(found.Length * 2);
                    found.CopyTo(larger, 0);
                    ArrayPool<uint>.Shared.Return(found);
                    found = larger;
                }

                found[count++] = address;
            }

        return count;
    }

    /// <summary>A name of one label may be one of ours that is not known yet, or one of the site's own servers; a longer one is theirs.</summary>
    private static Answer Unknown(scoped DnsQuery query, NameView view, NameClient client, ref DnsResponse writer)
    {
        var isShort = !query.Name.Contains('.');
        if (isShort && !view.IsKnown)
            return new(AnswerKind.Failed, writer.End(ResponseCode.ServerFailure, authoritative: false));
        if (!client.Upstreams.IsEmpty)
            return new(AnswerKind.Forward);
        return isShort
            ? new(AnswerKind.Unknown, writer.End(ResponseCode.NameError, authoritative: true))
            : new(AnswerKind.Failed, writer.End(ResponseCode.ServerFailure, authoritative: false));
    }

    private static Answer Reverse(scoped DnsQuery query, NameClient client, ref DnsResponse writer)
    {
        if (TryAddress(query.Name[..^ReverseZone.Length], out var address))
            foreach (var network in client.Networks)
                if (network.Contains(address))
                    return Reverse(query, network.NameOf(address), ref writer);
        return client.Upstreams.IsEmpty
            ? new(AnswerKind.Failed, writer.End(ResponseCode.ServerFailure, authoritative: false))
            : new(AnswerKind.Forward);
    }

    private static Answer Reverse(scoped DnsQuery query, string? name, ref DnsResponse writer)
    {
        if (name is null)
            return new(AnswerKind.Unknown, writer.End(ResponseCode.NameError, authoritative: true));
        if (query.Type is not (RecordType.Ptr or RecordType.Any))
            return new(AnswerKind.Empty, writer.End(ResponseCode.NoError, authoritative: true));
        writer.AddPointer(name);
        return new(AnswerKind.Found, writer.End(ResponseCode.NoError, authoritative: true));
    }

    /// <summary>Four numbers, the last of the address first.</summary>
    private static bool TryAddress(ReadOnlySpan<char> text, out uint address)
    {
        address = 0;
        var parts = 0;
        foreach (var part in text.Split('.'))
        {
            var digits = text[part];
            if (parts == 4 || digits.Length > 3 || !byte.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                return false;
            address |= (uint)value << (8 * parts++);
        }

        return parts == 4;
    }
}
