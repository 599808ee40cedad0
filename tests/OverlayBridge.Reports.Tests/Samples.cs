using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Diff;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.Diffs;
using OverlayBridge.Reports.Inventories;
using OverlayBridge.Sources;

namespace OverlayBridge.Reports.Tests;

/// <summary>Reports to look at: of the recorded stores, and of names that no recorded store holds.</summary>
internal static class Samples
{
    public static readonly ReportStamp Stamp = new("overlaybridge 0.1.0", new DateTimeOffset(2026, 11, 23, 3, 14, 0, TimeSpan.Zero));

    /// <summary>Names that try to be markup, a table cell, an escape sequence or another line.</summary>
    public static readonly ImmutableArray<string> HostileNames =
    [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "'-->]]></style></svg><a href=javascript:x>",
        "a|b\\|c`d``e",
        "\e]0;owned\a\e[2J\u009b31m",
        "line\r\nbreak\u2028\u202Ereversed",
        "# [x](http://evil.example) @everyone **bold**",
        "&lt;script&gt;",
        "👩‍💻日本語",
        new string('x', 5000),
    ];

    /// <summary>The recorded store <c>consul-healthy</c> or <c>consul-damaged</c>.</summary>
    public static async Task<StoreImage> RecordedAsync(string store)
    {
        using var source = SourceFactory.Open(StateUri.Parse(TestFiles.Fixture($"{store}/kv-recurse.json")));
        var image = await source.ReadAsync(TestContext.Current.CancellationToken);
        return image with { Source = $"file:{store}/kv-recurse.json" };
    }

    /// <summary>An inventory in which everything that has a name has this one, with every kind of remark there is.</summary>
    public static InventoryReport Named(string name)
    {
        var network = Network(name);
        return new InventoryReport(
            new Inventory
            {
                Source = name,
                Index = 7,
                Prefix = name,
                Counts = new() { Networks = 1, Endpoints = 2, Pools = 1, SubPools = 1, Addresses = 2, Hosts = 1, Faults = 1 },
                Networks = [network],
                Remnants = [network with { Id = name + "2", State = NetworkState.Missing, Endpoints = [] }],
                Pools = Pools(name),
                Vnis = new() { HasBitmap = true, Used = [new() { Vni = 256, LastVni = 256, NetworkId = name, Subnet = name, InBitmap = false }] },
                Hosts = [new() { Address = name, Advertised = [], Endpoints = 2, NetworkIds = [name] }],
                ForeignKeys = [name],
                Faults = [new() { Key = name, Offset = 200, Reason = name, Remedy = name, NetworkId = name }],
            },
            [new FenceView(name, name, "10.9.0.0/24", "10.9.0.64/26")]);
    }

    /// <summary>A difference in which everything that has a name has this one.</summary>
    public static StateDiff DiffNamed(string name)
    {
        var entry = new KeyValueEntry(name, [1, 2, 3], 1, 2, 3, 4, name);
        var facts = ImmutableSortedDictionary<string, string>.Empty.Add(name, name).Add("owner", name).Add("advertised", name);
        return new StateDiff
        {
            From = name,
            To = name,
            Summary = new(1, 6, 0),
            KeySummary = new(0, 1, 0),
            IndexesCompared = true,
            Notes = [name],
            Keys = [new() { Key = name, Action = ChangeAction.Changed, Fields = ["value", "session"], Before = entry, After = entry with { Value = [] } }],
            Changes =
            [
                .. Enum.GetValues<ChangeKind>().Select(kind => new StateChange
                {
                    Kind = kind, Path = name, Name = name, Action = ChangeAction.Changed, Before = facts, After = facts,
                }),
                new() { Kind = ChangeKind.Host, Path = name, Name = name, Action = ChangeAction.Added, After = facts },
            ],
        };
    }

    /// <summary>Numbers of an import with this result.</summary>
    public static ImportFacts Facts(ImportResult result, string deletions = "") =>
        new(result, result == ImportResult.Planned, 37992, 37992, 7, 3, 1, deletions);

    private static NetworkView Network(string name) => new()
    {
        Id = name,
        Name = name,
        State = NetworkState.Readable,
        Driver = name,
        Created = name,
        Attachable = true,
        RecordedCount = 9,
        Labels = ImmutableSortedDictionary<string, string>.Empty.Add(name, name),
        Subnets = [new() { Subnet = name, Range = name, Gateway = name, PoolId = name, Vni = 256 }],
        Endpoints =
        [
            new() { Id = name, NetworkId = name, Name = name, Address = name, AddressV6 = name, Mac = name, Host = name, Sandbox = name, Joined = true, Aliases = [name] },
        ],
    };

    private static ImmutableArray<PoolView> Pools(string name)
    {
        var claim = new UsedAddress
        {
            Address = name, LastAddress = name, Count = 1, Ordinal = 2, Owner = AddressOwner.Endpoint, Name = name,
            NetworkId = name, EndpointId = name, InBitmap = true,
        };
        var master = new PoolView
        {
            Id = "master", Kind = PoolKind.Master, AddressSpace = name, Subnet = "10.9.0.0/24", Configured = true, NetworkIds = [name],
            Size = 256, HasBitmap = true, Used = 3, Free = 253, FreeCounter = 7,
            Addresses = [claim, claim with { EndpointId = "" }, claim with { Ordinal = 3, Owner = AddressOwner.Auxiliary }],
        };
        return [master, master with { Id = "sub", Kind = PoolKind.SubPool, MasterId = "master", Range = name, Addresses = [] }];
    }
}
