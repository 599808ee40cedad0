using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.Replication;

namespace OverlayBridge.Store;

/// <summary>A data folder of a test's own, and short words for keys and values.</summary>
internal sealed class TestStore : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("overlaybridge-store-").FullName;

    public StoreOptions Options => new() { DataFolder = Folder, RaftAddress = FreeAddress(), MinimumFreeBytes = 0 };

    public Task<ReplicatedStore> OpenAsync(CancellationToken cancellationToken) => OpenAsync(Options, cancellationToken);

    public static Task<ReplicatedStore> OpenAsync(StoreOptions options, CancellationToken cancellationToken) =>
        ReplicatedStore.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public static StoreKey Key(string key) => StoreKey.FromText(key);

    public static ImmutableArray<byte> Value(string value) => [.. Encoding.UTF8.GetBytes(value)];

    public static SetCommand Set(string key, string value, ulong flags = 0, ulong? cas = null) =>
        new(Key(key), Value(value), flags, cas);

    public static IPEndPoint FreeAddress()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
