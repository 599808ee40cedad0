using System.IO.Pipelines;
using System.Net.Sockets;

namespace OverlayBridge.Gateway.Relay;

/// <summary>A connection to the old store; it belongs to one client's connection.</summary>
internal sealed class OldStoreConnection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly Action _closed;

    public OldStoreConnection(Socket socket, Action closed)
    {
        (_socket, _closed) = (socket, closed);
        _stream = new NetworkStream(socket, ownsSocket: true);
        Input = PipeReader.Create(_stream);
    }

    public PipeReader Input { get; }

    /// <summary>The old store closed it, or says something that nobody asked for, while nothing was asked: the next request needs another one.</summary>
    public bool IsOver => _socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _stream.WriteAsync(bytes, cancellationToken);

    /// <summary>The client sends no more.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    public async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        _closed();
    }
}
