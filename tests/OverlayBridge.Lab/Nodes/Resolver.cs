using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace OverlayBridge.Lab.Nodes;

/// <summary>
/// A name server that answers every question with "no such name" at once. Without one, engines wait for timeouts before
/// they use an image that they have.
/// </summary>
internal static class Resolver
{
    /// <summary>What it logs when it answers.</summary>
    public const string Ready = "resolver answers";

    private const int HeaderLength = 12;
    private const int MaxMessage = 512; // RFC 1035 §2.3.4, UDP

    public static async Task ServeAsync(IPAddress address, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 53));
        Console.WriteLine(Ready);
        var buffer = new byte[MaxMessage];
        while (true)
        {
            var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), cancellationToken).ConfigureAwait(false);
            if (Answer(buffer.AsSpan(0, received.ReceivedBytes)) is { } answer)
                await socket.SendToAsync(answer, received.RemoteEndPoint, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The answer to a query of one question (RFC 1035 §4.1): NXDOMAIN. Null for what is none.</summary>
    public static byte[]? Answer(ReadOnlySpan<byte> query)
    {
        if (query.Length < HeaderLength || (query[2] & 0x80) != 0 || BinaryPrimitives.ReadUInt16BigEndian(query[4..]) != 1)
            return null;
        var end = HeaderLength;
        while (end < query.Length && query[end] is > 0 and < 64)
            end += query[end] + 1;
        end += 1 + 2 + 2; // root label, type, class
        if (end > query.Length || query[end - 5] != 0)
            return null;
        var answer = query[..end].ToArray();
        answer[2] = (byte)(0x80 | (query[2] & 0x79)); // response; opcode and "recursion desired" as asked
        answer[3] = 0x83; // recursion available, NXDOMAIN
        answer.AsSpan(6, 6).Clear(); // no records follow
        return answer;
    }
}
