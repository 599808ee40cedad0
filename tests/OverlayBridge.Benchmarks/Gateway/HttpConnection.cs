using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OverlayBridge.Benchmarks.Gateway;

/// <summary>
/// One HTTP/1.1 connection that is kept alive, as lean as can be: ready-made bytes out, and of the answer only what is needed. HttpClient costs
/// several times as much as the servers, and would be what is measured.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private const int FirstBuffer = 4096;
    private const int MostShown = 500;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[FirstBuffer];
    private int _bodyStart;
    private int _end;
    private int _expected;

    /// <summary>The socket's number, as the kernel knows it.</summary>
    public int Descriptor => (int)_socket.SafeHandle.DangerousGetHandle();

    public ReadOnlySpan<byte> Body => _buffer.AsSpan(_bodyStart, _end - _bodyStart);

    /// <summary>X-Consul-Index of the last answer.</summary>
    public ulong Index => Header("\r\nX-Consul-Index: "u8) is { } index ? (ulong)index : throw Unexpected("has no index");

    public async Task ConnectAsync(IPEndPoint target, CancellationToken token) => await _socket.ConnectAsync(target, token).ConfigureAwait(false);

    /// <summary>Sends a request and takes the whole answer.</summary>
    /// <exception cref="InvalidOperationException">The answer is not 200, or has no length.</exception>
    public async ValueTask ExchangeAsync(ReadOnlyMemory<byte> request, CancellationToken token)
    {
        // A request is shorter than any socket buffer: one send takes it whole.
        await _socket.SendAsync(request, token).ConfigureAwait(false);
        Begin();
        while (!Took(await _socket.ReceiveAsync(Room(), token).ConfigureAwait(false)))
        {
        }
    }

    /// <summary>An answer is to come.</summary>
    public void Begin() => (_end, _bodyStart, _expected) = (0, 0, int.MaxValue);

    /// <summary>Where the next bytes of the answer go.</summary>
    public Memory<byte> Room()
    {
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        return _buffer.AsMemory(_end);
    }

    /// <summary>Whether the answer is complete with <paramref name="read"/> more bytes.</summary>
    /// <exception cref="InvalidOperationException">The answer is not 200, or has no length.</exception>
    public bool Took(int read)
    {
        if (read <= 0)
            throw Unexpected("ended early");
        _end += read;
        if (_bodyStart == 0 && _buffer.AsSpan(0, _end).IndexOf("\r\n\r\n"u8) is var head and > 0)
        {
            _bodyStart = head + 4;
            _expected = _bodyStart + (int)(Header("\r\nContent-Length: "u8) ?? throw Unexpected("has no length"));
        }
        if (_end < _expected)
            return false;
        return _buffer.AsSpan(0, _end).StartsWith("HTTP/1.1 200 "u8) ? true : throw Unexpected("is no success");
    }

    public void Dispose() => _socket.Dispose();

    private long? Header(ReadOnlySpan<byte> name)
    {
        var head = _buffer.AsSpan(0, _bodyStart);
        return head.IndexOf(name) is var at and >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out long number, out _) ? number : null;
    }

    private InvalidOperationException Unexpected(string what) => new($"An answer {what}: {Encoding.UTF8.GetString(_buffer.AsSpan(0, Math.Min(_end, MostShown)))}");
}
