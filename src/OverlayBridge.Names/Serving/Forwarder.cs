using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using OverlayBridge.Names.Messages;

namespace OverlayBridge.Names.Serving;

/// <summary>
/// Asks other servers, one after the other, and gives their answer back as it is. Each question has a socket and an id of its own, both at random, and an answer
/// counts only if it repeats the question.
/// </summary>
internal static class Forwarder
{
    /// <summary>Docker's resolver gives a server 4 s, then asks the next one.</summary>
    private static readonly TimeSpan Whole = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <param name="questionEnd">Where the question ends in the query.</param>
    /// <param name="response">Room for the answer.</param>
    /// <returns>Length of the answer; 0 when no server gave one.</returns>
    public static async Task<int> AskAsync(
        ReadOnlyMemory<byte> query, int questionEnd, ImmutableArray<IPEndPoint> upstreams, bool byTcp, Memory<byte> response, CancellationToken token)
    {
        var own = query.ToArray();
        var each = TimeSpan.FromTicks(Math.Max(Whole.Ticks / Math.Max(upstreams.Length, 1), Least.Ticks));
        var kept = 0;
        var copy = Array.Empty<byte>();
        foreach (var upstream in upstreams.Take((int)(Whole / each)))
        {
            RandomNumberGenerator.Fill(own.AsSpan(0, 2));
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
            limit.CancelAfter(each);
            int length;
            try
            {
                length = byTcp
                    ? await ByTcpAsync(own, questionEnd, upstream, response, limit.Token).ConfigureAwait(false)
                    : await ByUdpAsync(own, questionEnd, upstream, response, limit.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is SocketException or IOException || (failure is OperationCanceledException && !token.IsCancellationRequested))
            {
                continue; // This server is away: the next one is asked, as the C library does.
            }

            if (length == 0)
                continue;
            query.Span[..2].CopyTo(response.Span);
            if (!IsRefusal(response.Span))
                return length;
            (kept, copy) = (length, response[..length].ToArray());
        }

        copy.CopyTo(response);
        return kept;
    }

    /// <summary>A server that cannot or will not say: the next one may.</summary>
    private static bool IsRefusal(ReadOnlySpan<byte> answer) => (ResponseCode)(answer[3] & 0x0F) is ResponseCode.ServerFailure or ResponseCode.Refused or ResponseCode.NotImplemented;

    private static async Task<int> ByUdpAsync(byte[] query, int questionEnd, IPEndPoint upstream, Memory<byte> response, CancellationToken token)
    {
        using var socket = new Socket(upstream.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(upstream, token).ConfigureAwait(false);
        await socket.SendAsync(query, token).ConfigureAwait(false);
        while (true)
        {
            var length = await socket.ReceiveAsync(response, token).ConfigureAwait(false);
            if (IsAnswer(query, questionEnd, response.Span[..length]))
                return length;
        }
    }

    private static async Task<int> ByTcpAsync(byte[] query, int questionEnd, IPEndPoint upstream, Memory<byte> response, CancellationToken token)
    {
        using var socket = new Socket(upstream.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(upstream, token).ConfigureAwait(false);
        using var stream = new NetworkStream(socket);
        await TcpFraming.WriteAsync(stream, query, token).ConfigureAwait(false);
        var length = await TcpFraming.ReadAsync(stream, response, token).ConfigureAwait(false);
        return IsAnswer(query, questionEnd, response.Span[..length]) ? length : 0;
    }

    /// <summary>Id and question are repeated; letters may come back in another case.</summary>
    private static bool IsAnswer(ReadOnlySpan<byte> query, int questionEnd, ReadOnlySpan<byte> answer)
    {
        if (answer.Length < DnsQuery.HeaderLength || (answer[2] & 0x80) == 0 || !answer[..2].SequenceEqual(query[..2]))
            return false;
        // An error may come without the question.
        if (BinaryPrimitives.ReadUInt16BigEndian(answer[4..]) == 0)
            return (answer[3] & 0x0F) != 0;
        return answer.Length >= questionEnd &&
            System.Text.Ascii.EqualsIgnoreCase(query[DnsQuery.HeaderLength..questionEnd], answer[DnsQuery.HeaderLength..questionEnd]);
    }
}
