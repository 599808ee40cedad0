using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OverlayBridge.Sources.ZooKeeper;

namespace OverlayBridge.Sources.Tests.ZooKeeper;

/// <summary>The nodes that several servers of one ensemble share.</summary>
internal sealed class FakeEnsemble
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, (byte[] Data, long Created, long Modified, int Version)> nodes = new(StringComparer.Ordinal) { ["/"] = ([], 0, 0, 0) };
    private readonly List<(FakeSession Session, string Path)> watches = [];

    /// <summary>The newest change.</summary>
    public long Zxid { get; private set; } = 100;

    /// <summary>Makes or changes a node, with all above it, and tells who watches.</summary>
    public void Set(string path, string data)
    {
        lock (gate)
            for (int slash = path.IndexOf('/', 1); ; slash = path.IndexOf('/', slash + 1))
            {
                string node = slash < 0 ? path : path[..slash];
                if (slash < 0 || !nodes.ContainsKey(node))
                {
                    var (_, created, _, version) = nodes.GetValueOrDefault(node, ([], Zxid + 1, 0, -1));
                    nodes[node] = (slash < 0 ? Encoding.UTF8.GetBytes(data) : [], created, ++Zxid, version + 1);
                }
                if (slash < 0)
                    break;
            }
        foreach (var (session, watched) in Told(path))
            session.Notify(watched);
    }

    public void Watch(FakeSession session, string path)
    {
        lock (gate)
            watches.Add((session, path));
    }

    public (byte[] Data, byte[] Stat)? Get(string path)
    {
        lock (gate)
            return nodes.TryGetValue(path, out var node) ? (node.Data, Stat(path, node)) : null;
    }

    public bool SetData(string path, byte[] data, int version)
    {
        lock (gate)
        {
            if (!nodes.TryGetValue(path, out var node) || node.Version != version)
                return false;
            nodes[path] = (data, node.Created, ++Zxid, version + 1);
            return true;
        }
    }

    public string[] Children(string path)
    {
        lock (gate)
            return ChildrenOf(path);
    }

    private string[] ChildrenOf(string path)
    {
        string folder = path.TrimEnd('/') + "/";
        return [.. nodes.Keys.Where(key => key.Length > folder.Length && key.StartsWith(folder, StringComparison.Ordinal) && key.IndexOf('/', folder.Length) < 0).Select(key => key[folder.Length..])];
    }

    private List<(FakeSession Session, string Path)> Told(string path)
    {
        lock (gate)
        {
            var told = watches.Where(watch => path.StartsWith(watch.Path, StringComparison.Ordinal)).ToList();
            watches.RemoveAll(told.Contains);
            return told;
        }
    }

    // czxid, mzxid, ctime, mtime, version, cversion, aversion, ephemeralOwner, dataLength, numChildren, pzxid
    private byte[] Stat(string path, (byte[] Data, long Created, long Modified, int Version) node) => new JuteWriter()
        .Int64(node.Created).Int64(node.Modified).Int64(0).Int64(0).Int32(node.Version).Int32(0).Int32(0).Int64(0)
        .Int32(node.Data.Length).Int32(ChildrenOf(path).Length).Int64(node.Created).ToPacket()[sizeof(int)..];
}

/// <summary>One server of an ensemble, on loopback, that fails as a test tells it to.</summary>
internal sealed class FakeZooKeeper : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentBag<FakeSession> sessions = [];
    private readonly Task serving;

    public FakeZooKeeper(FakeEnsemble ensemble)
    {
        Ensemble = ensemble;
        listener.Start();
        serving = ServeAsync();
    }

    public FakeEnsemble Ensemble { get; }

    public ServerAddress Address => new("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);

    /// <summary>Sessions that were made.</summary>
    public int Sessions => sessions.Count;

    /// <summary>Connections that are closed without a session, as by a server without a leader.</summary>
    public int Leaderless { get; set; }

    /// <summary>The newest change that this server knows; null: all of them.</summary>
    public long? Knows { get; init; }

    /// <summary>What it makes of the session's timeout.</summary>
    public int TimeoutMilliseconds { get; init; } = 10_000;

    /// <summary>Asked before request number N of the server is answered, from 1; null for the usual answer.</summary>
    public Func<int, Fate?> Decide { get; set; } = static _ => null;

    private int requests;

    public Fate Next() => Decide(Interlocked.Increment(ref requests)) ?? Fate.Answer;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await serving;
        listener.Dispose();
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                if (Leaderless > 0)
                {
                    Leaderless--;
                    client.Dispose();
                    continue;
                }
                var session = new FakeSession(this, client);
                served.Add(session.RunAsync(() => sessions.Add(session), stop.Token));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(served);
        }
    }
}

/// <summary>What becomes of a request.</summary>
internal enum Fate
{
    Answer,

    /// <summary>The connection is closed instead of an answer; a write is not carried out.</summary>
    Drop,

    /// <summary>It is carried out, and then the connection is closed.</summary>
    DropAfter,

    /// <summary>Nothing more is ever said.</summary>
    Silence,
}

/// <summary>A client's connection.</summary>
internal sealed class FakeSession(FakeZooKeeper server, TcpClient client)
{
    private const int NotificationXid = -1, NoNode = -101, BadVersion = -103;

    private readonly Lock gate = new();

    public async Task RunAsync(Action made, CancellationToken token)
    {
        using (client)
            try
            {
                var stream = client.GetStream();
                if (!Handshake(await ReadAsync(stream, token), out byte[] answer))
                    return;
                made();
                stream.Write(answer);
                while (Serve(await ReadAsync(stream, token)))
                {
                    // One request after the other, as a server answers them.
                }
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The client went, or the test is over.
            }
    }

    public void Notify(string path) => Send(new JuteWriter().Int32(NotificationXid).Int64(-1).Int32(0).Int32(3).Int32(3).Text(path));

    // A server that knows less than its client has seen closes the connection.
    private bool Handshake(byte[] request, out byte[] answer)
    {
        var reader = new JuteReader(request);
        reader.Int32();
        long seen = reader.Int64();
        answer = new JuteWriter().Int32(0).Int32(server.TimeoutMilliseconds).Int64(77).Bytes(new byte[16]).Bool(false).ToPacket();
        return seen <= (server.Knows ?? long.MaxValue);
    }

    private bool Serve(byte[] request)
    {
        var reader = new JuteReader(request);
        var (xid, operation) = (reader.Int32(), reader.Int32());
        if (xid == -2) // a ping, which a silent server does not answer either
            return silent || Send(Head(xid, 0));
        var fate = silent ? Fate.Silence : server.Next();
        silent |= fate == Fate.Silence;
        if (fate == Fate.Drop)
            return false;
        // These three end in whether to watch.
        var answer = Answer(xid, operation, operation is 3 or 4 or 8 && request[^1] != 0, ref reader);
        return fate != Fate.DropAfter && (silent || Send(answer)) && operation != -11;
    }

    private bool silent;

    private JuteWriter Answer(int xid, int operation, bool watch, ref JuteReader reader)
    {
        var ensemble = server.Ensemble;
        string path = operation is 1 or 2 or 3 or 4 or 5 or 6 or 8 ? reader.Text() : "/";
        if (watch)
            ensemble.Watch(this, path);
        switch (operation)
        {
            case 3 or 4 when ensemble.Get(path) is not var (data, stat):
                return Head(xid, NoNode);
            case 3:
                return Head(xid, 0).Raw(ensemble.Get(path)!.Value.Stat);
            case 4:
                return Head(xid, 0).Bytes(ensemble.Get(path)!.Value.Data).Raw(ensemble.Get(path)!.Value.Stat);
            case 5:
                return Head(xid, ensemble.SetData(path, reader.Bytes().ToArray(), reader.Int32()) ? 0 : BadVersion).Raw(ensemble.Get(path)?.Stat ?? []);
            case 8:
                var names = ensemble.Children(path);
                var list = Head(xid, 0).Int32(names.Length);
                foreach (string name in names)
                    list.Text(name);
                return list;
            default: // sync, close
                return Head(xid, 0).Text(path);
        }
    }

    private JuteWriter Head(int xid, int error) => new JuteWriter().Int32(xid).Int64(server.Ensemble.Zxid).Int32(error);

    private bool Send(JuteWriter packet)
    {
        lock (gate)
            client.GetStream().Write(packet.ToPacket());
        return true;
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, CancellationToken token)
    {
        var head = new byte[sizeof(int)];
        await stream.ReadExactlyAsync(head, token);
        var packet = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
        await stream.ReadExactlyAsync(packet, token);
        return packet;
    }
}
