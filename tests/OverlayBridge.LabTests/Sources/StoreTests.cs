using System.Text;
using System.Text.RegularExpressions;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Sources;

namespace OverlayBridge.LabTests.Sources;

/// <summary>The same overlay, read from each kind of real store.</summary>
[Collection(StoresCollection.Name)]
public sealed partial class StoreTests(LabFixture shared, StoresLab stores)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Real_engines_leave_the_same_inventory_on_etcd_as_on_Consul()
    {
        var consulHost = shared.Lab.LegacyHosts[0];
        await using var network = await TestNetwork.CreateAsync(shared, consulHost);
        var box = await network.RunAsync(consulHost, "--network-alias", "other", "--publish", "8080");
        var etcdHost = stores.Lab.LegacyHosts[0];
        await etcdHost.DockerAsync(["network", "create", "--driver", "overlay", "--subnet", $"{network.Subnet}", network.Name], Token);
        await etcdHost.RunAsync(box.Name, network.Name, Token, "--network-alias", "other", "--publish", "8080");

        var onConsul = await shared.Lab.Kv.ExecAsync([LabFixture.BridgeCommand, "dump", shared.Lab.Consul!.State, "--out", $"{shared.Lab.Kv.Folder}/{network.Name}.json"], Token);
        onConsul.Success();
        using var dump = SourceFactory.Open(StateUri.Parse($"{shared.Lab.Kv.Folder}/{network.Name}.json"));
        using var etcd = stores.Open("etcd", "docker/");
        var (expected, actual) = (Inventory.From(await dump.ReadAsync(Token)), Inventory.From(await etcd.ReadAsync(Token)));
        Assert.Contains($"endpoint {box.Name} ", Describe(expected, network.Name), StringComparison.Ordinal);
        Assert.Equal(Describe(expected, network.Name), Describe(actual, network.Name));
        Assert.Empty(actual.Faults);
        Assert.Empty(actual.ForeignKeys);
        Assert.NotEmpty(Assert.Single(actual.Hosts).Sessions);
        Assert.NotEmpty(Assert.Single(actual.Hosts).Advertised);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_real_engine_leaves_its_network_on_ZooKeeper()
    {
        var host = stores.Lab.LegacyHosts[0];
        await SwitchAsync(host, stores.State("etcd"), stores.State("zk"));
        try
        {
            var id = await host.DockerAsync(["network", "create", "--driver", "overlay", "--subnet", "10.77.0.0/24", "onzk"], Token);
            using var source = stores.Open("zk", "docker/");
            var inventory = Inventory.From(await source.ReadAsync(Token));
            var network = Assert.Single(inventory.Networks, network => network.Id == id);
            Assert.Equal(("onzk", "10.77.0.0/24"), (network.Name, Assert.Single(network.Subnets).Subnet));
            Assert.True(network.HasOverlayRecord);
            Assert.Equal(0UL, network.RecordedCount);
            Assert.Single(inventory.Pools, static pool => pool is { Subnet: "10.77.0.0/24", HasBitmap: true, Configured: true });
            Assert.Empty(inventory.Faults);
            Assert.Empty(inventory.ForeignKeys);
            // The host's key is ephemeral: it lives as long as the engine's session.
            Assert.NotEmpty(Assert.Single(inventory.Hosts).Sessions);
        }
        finally
        {
            await SwitchAsync(host, stores.State("zk"), stores.State("etcd"));
        }
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task The_same_records_give_the_same_inventory_on_all_three_and_in_their_dumps()
    {
        using var recorded = SourceFactory.Open(StateUri.Parse(TestFiles.Fixture("consul-healthy/kv-recurse.json")));
        var records = (await recorded.ReadAsync(Token)).Entries.Where(static entry => !entry.Value.IsEmpty).ToList();
        var expected = Inventory.From(new("", 0, [.. records], []));
        var whole = string.Concat(expected.Networks.Select(network => Describe(expected, network.Name!)));
        foreach (var store in new[] { "consul", "etcd", "zk" })
        {
            var prefix = stores.UniquePrefix();
            using var source = stores.Open(store, prefix);
            var path = prefix[..^"docker/".Length];
            await StoresLab.FillAsync(source, records.Select(entry => (path + entry.Key, Encoding.UTF8.GetString(entry.Value.AsSpan()))));
            var image = await source.ReadAsync(Token);
            Assert.Equal(Values(records, path), Values(image.Entries.Where(static entry => !entry.Value.IsEmpty), ""));
            Assert.All(image.Entries, entry => Assert.True(entry.CreateIndex > 0 && entry.ModifyIndex >= entry.CreateIndex && image.Index >= entry.ModifyIndex, store));
            var inventory = Inventory.From(image);
            Assert.Equal(whole, string.Concat(inventory.Networks.Select(network => Describe(inventory, network.Name!))));
            Assert.Equal(expected.Counts, inventory.Counts);

            var state = $"{stores.State(store)}/{path.TrimEnd('/')}";
            var file = $"{stores.Lab.Kv.Folder}/{store}.json.gz";
            (await stores.RunAsync(null, "dump", state, "--out", file)).Success();
            Assert.Equal(0, (await stores.RunAsync(null, "diff", file, state, "--prefix", prefix)).ExitCode);
        }
    }

    [Theory(Timeout = LabTimeout.Test)]
    [InlineData("etcd")]
    [InlineData("zk")]
    public async Task An_import_gives_the_same_keys_values_and_indexes(string store)
    {
        var prefix = stores.UniquePrefix();
        using var recorded = SourceFactory.Open(StateUri.Parse(TestFiles.Fixture("consul-healthy/kv-recurse.json")));
        using (var source = stores.Open(store, prefix))
            await StoresLab.FillAsync(source, (await recorded.ReadAsync(Token)).Entries
                .Where(static entry => !entry.Value.IsEmpty)
                .Select(entry => (prefix[..^"docker/".Length] + entry.Key, Encoding.UTF8.GetString(entry.Value.AsSpan()))));
        var (state, bridge) = ($"{stores.State(store)}/{prefix[..^"/docker/".Length]}", await stores.BridgeAsync());

        var planned = await stores.RunAsync(null, "import", state, "--to", bridge, "--dry-run");
        Assert.True(planned.ExitCode == 2, $"{planned.Output}{planned.Error}");
        (await stores.RunAsync(null, "import", state, "--to", bridge)).Success();

        var difference = await stores.RunAsync(null, "diff", state, bridge, "--keys", "--prefix", prefix);
        Assert.True(difference.ExitCode == 0, $"{difference.Output}{difference.Error}");
        (await stores.RunAsync(null, "import", state, "--to", bridge, "--dry-run")).Success();
    }

    [Theory(Timeout = LabTimeout.Test)]
    [InlineData("consul")]
    [InlineData("etcd")]
    [InlineData("zk")]
    public async Task A_write_wins_only_against_the_index_that_was_read(string store)
    {
        var prefix = stores.UniquePrefix();
        var key = $"{prefix}network/v1.0/endpoint_count/{new string('a', 64)}/";
        using var source = stores.Open(store, prefix);
        Assert.Empty((await source.ReadAsync(Token)).Entries);
        Assert.Equal(WriteOutcome.Written, await source.TryWriteAsync(key, 0, [1 + '0'], Token));
        Assert.Equal(WriteOutcome.Conflict, await source.TryWriteAsync(key, 0, [2 + '0'], Token));
        var first = await EntryAsync();
        Assert.Equal(WriteOutcome.Written, await source.TryWriteAsync(key, first.ModifyIndex, [3 + '0'], Token));
        Assert.Equal(WriteOutcome.Conflict, await source.TryWriteAsync(key, first.ModifyIndex, [4 + '0'], Token));
        Assert.Equal(WriteOutcome.Conflict, await source.TryWriteAsync(key, first.ModifyIndex, null, Token));
        var second = await EntryAsync();
        Assert.Equal([3 + '0'], second.Value);
        Assert.Equal(first.CreateIndex, second.CreateIndex);
        Assert.True(second.ModifyIndex > first.ModifyIndex);
        var before = (await source.ConfirmAsync(Token)).StoreIndex;
        Assert.Equal(WriteOutcome.Written, await source.TryWriteAsync(key, second.ModifyIndex, null, Token));
        Assert.DoesNotContain((await source.ReadAsync(Token)).Entries, entry => entry.Key == key);
        Assert.True((await source.ConfirmAsync(Token)).StoreIndex > before);
        Assert.Equal(WriteOutcome.Conflict, await source.TryWriteAsync(key, second.ModifyIndex, null, Token));

        async Task<KeyValueEntry> EntryAsync() => Assert.Single((await source.ReadAsync(Token)).Entries, entry => entry.Key == key);
    }

    [Theory(Timeout = LabTimeout.Test)]
    [InlineData("etcd")]
    [InlineData("zk")]
    public async Task A_server_that_does_not_answer_is_passed_over(string store)
    {
        var state = stores.State(store);
        var scheme = state[..(state.IndexOf("://", StringComparison.Ordinal) + 3)];
        (await stores.RunAsync(null, "inspect", $"{scheme}127.0.0.1:1,{state[scheme.Length..]}")).Success();
        var dead = await stores.RunAsync(null, "inspect", $"{scheme}127.0.0.1:1");
        Assert.Equal(1, dead.ExitCode);
        Assert.Contains("cannot be reached", dead.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task A_lost_ZooKeeper_session_is_replaced_and_the_data_is_the_same()
    {
        var prefix = stores.UniquePrefix();
        using var source = stores.Open("zk", prefix);
        await StoresLab.FillAsync(source, [($"{prefix}nodes/10.0.0.1:2376", "10.0.0.1:2376")]);
        var before = await source.ReadAsync(Token);
        await stores.ZooKeeper.KillAsync(Token);
        Assert.Contains("cannot be reached", (await Assert.ThrowsAsync<SourceException>(() => source.ReadAsync(Token).AsTask())).Message, StringComparison.Ordinal);
        await stores.ZooKeeper.StartAsync(Token);
        Assert.Equal(before.Entries, (await source.ReadAsync(Token)).Entries);
        Assert.Equal(WriteOutcome.Written, await source.TryWriteAsync($"{prefix}nodes/10.0.0.1:2376", before.Entries[^1].ModifyIndex, null, Token));
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Nodes_protected_by_digest_are_read_with_the_password_alone()
    {
        const string Secret = "bridge:s3cret";
        await stores.ZooKeeper.CommandsAsync($"addauth digest {Secret}\ncreate /secret\ncreate /secret/docker\ncreate /secret/docker/x hello\nsetAcl -R /secret auth:{Secret}:cdrwa", Token);
        var state = $"{stores.State("zk")}/secret";
        var refused = await stores.RunAsync(null, "inspect", state);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("denies access", refused.Error, StringComparison.Ordinal);
        var wrong = await stores.RunAsync(new Dictionary<string, string> { ["ZOOKEEPER_DIGEST"] = "bridge:wr0ng" }, "inspect", state);
        Assert.Equal(1, wrong.ExitCode);
        Assert.DoesNotContain("wr0ng", wrong.Error, StringComparison.Ordinal);
        (await stores.RunAsync(new Dictionary<string, string> { ["ZOOKEEPER_DIGEST"] = Secret }, "inspect", state)).Success();
        var file = $"{stores.Lab.Kv.Folder}/digest";
        await File.WriteAllTextAsync(file, Secret + "\n", Token);
        (await stores.RunAsync(null, "inspect", state, "--secret-file", file)).Success();
    }

    /// <summary>Gives the host's engine another store.</summary>
    private static async Task SwitchAsync(LabHost host, string from, string to)
    {
        await host.Engine.StopAsync(Token);
        (await host.ExecAsync(["sed", "-i", $"s#{from}#{to}#", "/etc/docker/daemon.json"], Token)).Success();
        await host.Engine.StartAsync(Token);
    }

    private static IEnumerable<string> Values(IEnumerable<KeyValueEntry> entries, string path) =>
        entries.Select(entry => $"{path}{entry.Key}={Encoding.UTF8.GetString(entry.Value.AsSpan())}");

    /// <summary>A network by its meaning: generated ids, VNIs, times and the host's address are left out.</summary>
    private static string Describe(Inventory inventory, string name)
    {
        var network = Assert.Single(inventory.Networks, network => network.Name == name);
        var text = new StringBuilder().AppendLine(FormattableString.Invariant(
            $"network {network.Name} {network.State} {network.Driver} {network.Scope} {network.IpamDriver} {network.Internal} {network.EnableIPv6} {network.Mtu} count {network.RecordedCount} overlay {network.HasOverlayRecord}"));
        foreach (var subnet in network.Subnets)
            text.AppendLine(FormattableString.Invariant($"subnet {subnet.Subnet} {subnet.Gateway} vni {subnet.Vni > 0}"));
        foreach (var endpoint in network.Endpoints.OrderBy(static endpoint => endpoint.Name, StringComparer.Ordinal))
            text.AppendLine(FormattableString.Invariant(
                $"endpoint {endpoint.Name} {endpoint.Address} {endpoint.AddressV6} {endpoint.Mac} {endpoint.Joined} {endpoint.Anonymous} {string.Join(',', endpoint.Aliases.Select(static alias => ShortId().Replace(alias, "ID")))} ports {endpoint.PublishedPorts.Length}"));
        foreach (var pool in inventory.Pools.Where(pool => pool.NetworkIds.Contains(network.Id)))
            text.AppendLine(FormattableString.Invariant(
                $"pool {pool.Subnet} {pool.Range} {pool.Kind} refs {pool.RefCount} used {pool.Used} free {pool.Free} counter {pool.FreeCounter} unclaimed {pool.Unclaimed}"));
        return text.ToString();
    }

    [GeneratedRegex(@"\A[0-9a-f]{12}\z")]
    private static partial Regex ShortId();
}
