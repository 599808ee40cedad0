using System.Net;
using System.Net.Sockets;
using OverlayBridge.DataPlane.Namespaces;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>Two namespaces of the test's own: a host, and beside it a machine with several addresses for stores.</summary>
internal sealed class RedirectNet : IAsyncDisposable
{
    public static readonly IPEndPoint Old = IPEndPoint.Parse("10.99.0.2:8500");
    public static readonly IPEndPoint New = IPEndPoint.Parse("10.99.0.3:8600");
    public static readonly IPEndPoint Other = IPEndPoint.Parse("10.99.0.4:8600");
    /// <summary>Whatever is sent there vanishes.</summary>
    public static readonly IPEndPoint Dead = IPEndPoint.Parse("10.99.0.77:8600");
    public static readonly IPEndPoint Old6 = IPEndPoint.Parse("[fd99::2]:8500");
    public static readonly IPEndPoint New6 = IPEndPoint.Parse("[fd99::3]:8600");

    private readonly KernelNamespace host = new();
    private readonly KernelNamespace stores = new();
    private readonly List<IAsyncDisposable> opened = [];

    public RedirectNet()
    {
        host.Ip("link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", stores.Name);
        foreach (var one in new[] { host, stores })
        {
            one.Ip("link", "set", "lo", "up");
            one.Ip("link", "set", "eth0", "up");
        }
        Add(host, "10.99.0.1/24", "fd99::1/64");
        Add(stores, "10.99.0.2/24", "10.99.0.3/24", "10.99.0.4/24", "fd99::2/64", "fd99::3/64");
        host.Ip("neigh", "add", $"{Dead.Address}", "lladdr", "02:00:00:00:00:77", "dev", "eth0");
        Network = new HostNetwork(host.Path);
        Connections = new StoreConnections(Network);
    }

    public HostNetwork Network { get; }

    public StoreConnections Connections { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in opened)
            await one.DisposeAsync();
        host.Dispose();
        stores.Dispose();
    }

    /// <param name="name">Of a backend, or <c>iptables-legacy</c>.</param>
    public IStoreRedirect Backend(string name) => name == "iptables-legacy"
        ? new IptablesRedirect(new FilterPrograms(Network), new Localnet(Network), "-legacy")
        : StoreRedirects.Named(Network, name)!;

    /// <summary>Runs a program on the host.</summary>
    public string Host(params string[] command) => host.Ip(["netns", "exec", host.Name, .. command]);

    public async Task<FakeStore> StoreAsync(IPEndPoint at, string name)
    {
        var listener = await new HostNetwork(stores.Path).RunAsync(() => Listen(at));
        return Keep(new FakeStore(listener, name));
    }

    public async Task<FakeStore> StoreOnHostAsync(IPEndPoint at, string name) => Keep(new FakeStore(await Network.RunAsync(() => Listen(at)), name));

    public async Task<Client> ConnectAsync(IPEndPoint to, uint mark = 0)
    {
        var client = await OpeningAsync(to, mark);
        await client.Connected;
        return client;
    }

    /// <summary>Does not wait until the connection stands.</summary>
    public async Task<Client> OpeningAsync(IPEndPoint to, uint mark = 0)
    {
        var socket = await Network.RunAsync(() => new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        if (mark != 0)
            socket.SetRawSocketOption(1, 36, BitConverter.GetBytes(mark)); // SOL_SOCKET, SO_MARK
        return Keep(new Client(socket, socket.ConnectAsync(to, TestContext.Current.CancellationToken).AsTask()));
    }

    /// <summary>From now on the host tracks connections, as one with Docker on it always does.</summary>
    public void Track() => Host("nft", "add table inet track; add chain inet track out { type filter hook output priority 0; }; add rule inet track out ct state new accept");

    /// <summary>What new connections to an address reach.</summary>
    public async Task<string> WhoAsync(IPEndPoint at, uint mark = 0) => await (await ConnectAsync(at, mark)).AskAsync("who");

    private T Keep<T>(T one)
        where T : IAsyncDisposable
    {
        opened.Add(one);
        return one;
    }

    private static void Add(KernelNamespace to, params string[] addresses)
    {
        foreach (var address in addresses)
            to.Ip(["addr", "add", address, "dev", "eth0", .. address.Contains(':') ? ["nodad"] : Array.Empty<string>()]);
    }

    private static TcpListener Listen(IPEndPoint at)
    {
        var listener = new TcpListener(at);
        listener.Start();
        return listener;
    }
}

/// <summary>Answers each line with its name, the line, and as many bytes more as the line says after a space; "later 300" after so many milliseconds.</summary>
internal sealed class FakeStore : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly string name;
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;
    private int lines;

    public FakeStore(TcpListener listener, string name)
    {
        this.listener = listener;
        this.name = name;
        running = AcceptAsync();
    }

    /// <summary>How many lines it was asked.</summary>
    public int Lines => Volatile.Read(ref lines);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        while (!stop.IsCancellationRequested)
            serving.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            using var reader = new StreamReader(client.GetStream());
            while (await reader.ReadLineAsync(stop.Token) is { } line)
            {
                Interlocked.Increment(ref lines);
                var number = line.TrimEnd().Split(' ') is [_, var count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 0;
                var isLater = line.StartsWith("later ", StringComparison.Ordinal);
                await Task.Delay(isLater ? number : 0, stop.Token);
                var more = isLater ? 0 : number;
                await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{name} {line}\n{new string('x', more)}"), stop.Token);
            }
        }
    }
}

/// <summary>One connection of the host.</summary>
internal sealed class Client(Socket socket, Task connected) : IAsyncDisposable
{
    public Task Connected { get; } = connected;

    /// <summary>Once it stands.</summary>
    public IPEndPoint Local => (IPEndPoint)socket.LocalEndPoint!;

    /// <summary>How often the kernel has sent anything again by itself: of one that is being opened, its SYN.</summary>
    public uint Retransmissions
    {
        get
        {
            Span<byte> info = stackalloc byte[104];
            socket.GetRawSocketOption(6, 11, info); // SOL_TCP, TCP_INFO
            return BitConverter.ToUInt32(info[100..]); // tcpi_total_retrans
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public async Task<string> AskAsync(string line)
    {
        await SendAsync(line);
        return await AnswerAsync();
    }

    /// <summary>The beginning of a line: no answer to it comes.</summary>
    public async Task SendPartAsync(string text) => await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);

    public async Task SendAsync(string line) =>
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(line.PadRight(40) + "\n"), TestContext.Current.CancellationToken);

    public async Task<string> AnswerAsync()
    {
        var text = new List<byte>();
        var one = new byte[1];
        while (await socket.ReceiveAsync(one, TestContext.Current.CancellationToken) == 1 && one[0] != '\n')
            text.Add(one[0]);
        return System.Text.Encoding.ASCII.GetString([.. text]).TrimEnd();
    }

    public async Task<int> ReceiveAsync(int bytes)
    {
        var buffer = new byte[bytes];
        var count = 0;
        while (count < bytes && await socket.ReceiveAsync(buffer.AsMemory(count), TestContext.Current.CancellationToken) is > 0 and var more)
            count += more;
        return count;
    }
}
