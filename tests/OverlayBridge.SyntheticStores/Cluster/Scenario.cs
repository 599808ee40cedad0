using System.Collections.Immutable;
using System.Globalization;

namespace OverlayBridge.SyntheticStores.Cluster;

/// <summary>What happens to a cluster until the store has its shape: years of an operator's life in some milliseconds.</summary>
internal sealed class Scenario
{
    private static readonly ImmutableArray<string> Words =
    [
        "front", "back", "shop", "db", "cache", "queue", "mail", "search", "auth", "pay", "stats", "build", "web", "api", "log", "edge",
    ];

    private static readonly ImmutableArray<string> Moods = ["stoic", "happy", "brave", "loving", "eager", "quirky", "sharp", "dreamy"];

    private readonly SyntheticShape _shape;
    private readonly Random _random;
    private readonly SimulatedCluster _cluster;
    private readonly AddressPlan _addresses;
    private readonly ImmutableArray<string> _hosts;
    private readonly List<(ContainerPlan Container, HashSet<string> Networks)> _containers = [];
    private int _names;

    public Scenario(SyntheticShape shape, Random random, SimulatedCluster cluster)
    {
        (_shape, _random, _cluster) = (shape, random, cluster);
        _addresses = new AddressPlan(random);
        _hosts = [.. Enumerable.Range(0, shape.Hosts).Select(i => $"192.168.{i / 250}.{i % 250 + 1}")];
    }

    public void Run()
    {
        foreach (string host in _hosts)
            _cluster.Register(host, Guid(), Enumerable.Range(0, 4).Select(_ => Hex(64)).ToList());
        int[] sizes = Sizes();
        var networks = sizes.Select(Create).ToList();
        var attached = new List<SimulatedEndpoint>();
        var stopped = new List<SimulatedEndpoint>();
        for (int i = 0; i < networks.Count; i++)
            if (!networks[i].Plan.Encrypted)
                Populate(networks[i], sizes[i], attached, stopped);
        stopped.ForEach(_cluster.Detach);
    }

    // Few large networks, many small ones; those that take no endpoints get none.
    private int[] Sizes()
    {
        if (_shape.Networks == 0)
            return [];
        double[] weights = [.. Enumerable.Range(0, _shape.Networks).Select(_ => Math.Pow(_random.NextDouble(), 3) + 0.05)];
        double sum = weights.Sum();
        int[] sizes = [.. weights.Select(w => (int)(_shape.Endpoints * w / sum))];
        for (int i = 0, rest = _shape.Endpoints - sizes.Sum(); i < rest; i++)
            sizes[i % sizes.Length]++;
        return sizes;
    }

    private SimulatedNetwork Create(int endpoints)
    {
        // A network that came and went leaves nothing but its marker, and a hole in the VNIs.
        if (_random.Next(12) == 0)
        {
            var gone = _cluster.Create(Plan([_addresses.ForEndpoints(1)]));
            var only = _cluster.Attach(gone, NewContainer(), Attachment(gone, false));
            _cluster.Detach(only!);
            _cluster.Remove(gone);
        }
        int gross = endpoints + endpoints * _shape.StoppedPercent / 100 + 2;
        bool small = gross <= 180;
        return _cluster.Create(_random.Next(12) switch
        {
            0 or 1 or 2 when small => Plan([_addresses.Default()]),
            3 => Plan([_addresses.ForEndpoints(gross), _addresses.IPv6()]),
            4 => Plan([_addresses.ForEndpoints(gross), _addresses.ForEndpoints(1)]),
            5 => Plan([_addresses.ForEndpoints(gross)]) with { Internal = true },
            6 => Plan([_addresses.ForEndpoints(gross)]) with { Attachable = true, Labels = Map(("team", Word())) },
            7 => Plan([_addresses.ForEndpoints(gross)]) with { Options = Map((NetworkRecords.MtuOption, "1400")) },
            8 when endpoints == 0 => Plan([_addresses.ForEndpoints(gross)]) with { Options = Map(("encrypted", "")) },
            9 when small && _addresses.SharedHasRoom => Plan([_addresses.Shared()]),
            _ => Plan([_addresses.ForEndpoints(gross)]),
        });
    }

    private void Populate(SimulatedNetwork network, int endpoints, List<SimulatedEndpoint> attached, List<SimulatedEndpoint> stopped)
    {
        for (int i = 0; i < endpoints; i++)
        {
            if (_random.Next(100) < _shape.StoppedPercent && Attach(network) is { } passing)
                stopped.Add(passing);
            attached.Add(Attach(network) ?? throw new InvalidOperationException($"{network.Plan.Name} is full."));
        }
    }

    private SimulatedEndpoint? Attach(SimulatedNetwork network)
    {
        bool known = _containers.Count > 0 && _random.Next(10) == 0;
        var (container, networks) = known ? _containers[_random.Next(_containers.Count)] : (NewContainer(), []);
        if (!networks.Add(network.Plan.Id))
            (container, networks) = (NewContainer(), [network.Plan.Id]);
        bool second = networks.Count > 1;
        if (!second)
            _containers.Add((container, networks));
        return _cluster.Attach(network, container, Attachment(network, second && container.Publishes));
    }

    private AttachPlan Attachment(SimulatedNetwork network, bool otherPublishes)
    {
        int v4 = network.Pools.Count(p => !p.IsIPv6);
        bool canAsk = network.Plan.Pools.Any(p => p.Asked && !p.Master.IsIPv6);
        return new AttachPlan(
            Hex(64), "veth" + Hex(7),
            [.. Enumerable.Range(0, _random.Next(3)).Select(_ => Word()).Distinct()],
            canAsk && _random.Next(8) == 0 ? _random.Next(v4) : null,
            _random.Next(40) == 0 ? Convert.ToBase64String([0x02, 0x11, .. Bytes(4)]) : null,
            otherPublishes);
    }

    private ContainerPlan NewContainer()
    {
        bool anonymous = _random.Next(10) == 0;
        int number = ++_names;
        string name = anonymous ? $"{Moods[_random.Next(Moods.Length)]}_{Word()}{number}" : $"{Word()}_{Word()}_{number}";
        return new ContainerPlan(Hex(64), name, Hex(64), _hosts[_random.Next(_hosts.Length)])
        {
            Anonymous = anonymous,
            HostName = _random.Next(5) == 0 ? Word() : null,
            Ports = _random.Next(4) switch
            {
                0 => [(6, 80, (ushort)(20_000 + number % 40_000))],
                1 => [(6, 443, null), (17, 53, null)],
                _ => [],
            },
        };
    }

    private NetworkPlan Plan(ImmutableArray<PoolPlan> pools) =>
        new(Hex(64), $"{Word()}{(_random.Next(3) == 0 ? "_default" : "-net")}{++_names}", pools) { Created = Created() };

    // Nine digits at most, trailing zeros cut, the zone of the creating host.
    private string Created()
    {
        var time = new DateTime(2019, 3, 1).AddSeconds(_random.Next(150_000_000)).AddTicks(_random.Next(10_000_000));
        string fraction = time.ToString(".fffffff", CultureInfo.InvariantCulture).TrimEnd('0').TrimEnd('.');
        return time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + fraction + (_random.Next(3) == 0 ? "+01:00" : "Z");
    }

    private string Word() => Words[_random.Next(Words.Length)];

    private string Hex(int digits) => System.Convert.ToHexStringLower(Bytes((digits + 1) / 2))[..digits];

    private string Guid() => new System.Guid(Bytes(16)).ToString();

    private byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private static ImmutableSortedDictionary<string, string> Map(params (string Name, string Text)[] items) =>
        items.ToImmutableSortedDictionary(i => i.Name, i => i.Text, StringComparer.Ordinal);
}
