using System.Text;
using System.Text.Json;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.LabTests.Sources;

/// <summary>Repairs by the compare-and-set of each kind of store; that engines go on working on what was repaired, RepairTests proves on Consul.</summary>
[Collection(StoresCollection.Name)]
public sealed class StoreRepairTests(StoresLab stores)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = LabTimeout.Test)]
    [InlineData("etcd")]
    [InlineData("zk")]
    [InlineData("bridge")]
    public async Task What_broke_is_found_repaired_and_not_found_again(string store)
    {
        var prefix = stores.UniquePrefix();
        var state = $"{(store == "bridge" ? await stores.BridgeAsync() : stores.State(store))}/{prefix[..^"/docker/".Length]}";
        using var source = store == "bridge" ? Bridge(state, prefix) : stores.Open(store, prefix);
        var before = await DamageAsync(source);
        var hosts = string.Join(',', Inventory.From(before).Hosts.Select(host => host.Address));

        var found = await BridgeAsync(2, "audit", state);
        Assert.Superset(new HashSet<string> { "OB07", "OB08", "OB09", "OB10", "OB11", "OB36" }, Rules(found));
        string[] everything = ["repair", state, "--all", "--hosts-gone", hosts];
        var planned = await BridgeAsync(2, everything);
        Assert.Equal(before.Entries, (await source.ReadAsync(Token)).Entries);

        var repaired = await BridgeAsync(0, [.. everything, "--apply", "--backup", $"{stores.Lab.Kv.Folder}/repair-{store}.json"]);
        Assert.Equal(Subjects(planned), Subjects(repaired));
        Assert.All(repaired.GetProperty("steps").EnumerateArray(), step => Assert.Equal("done", step.GetProperty("result").GetString()));
        await BridgeAsync(0, everything);
        var left = await BridgeAsync(null, "audit", state);
        Assert.DoesNotContain(left.GetProperty("findings").EnumerateArray(), finding =>
            finding.GetProperty("repairable").GetBoolean() || finding.GetProperty("repairableWith").GetArrayLength() > 0);

        var touched = repaired.GetProperty("steps").EnumerateArray().SelectMany(step => step.GetProperty("writes").EnumerateArray()).Select(write => write.GetProperty("key").GetString()).ToHashSet();
        Assert.Equal(Values(before, touched), Values(await source.ReadAsync(Token), touched));
    }

    /// <summary>The recorded damaged store without its hosts, whose registrations have run out: so that all of it may be freed.</summary>
    private static async Task<StoreImage> DamageAsync(IWritableSource source)
    {
        using var recorded = SourceFactory.Open(StateUri.Parse(TestFiles.Fixture("consul-damaged/kv-recurse.json")));
        var path = source.Prefix[..^"docker/".Length];
        await StoresLab.FillAsync(source, (await recorded.ReadAsync(Token)).Entries
            .Where(static entry => !entry.Bytes.IsEmpty && !entry.KeyStartsWith("docker/nodes"))
            .Select(entry => (path + entry.Key, Encoding.UTF8.GetString(entry.Bytes.Span))));
        // What tells that hosts are registered here at all: the folder, which etcd and ZooKeeper keep when the last one went.
        if (source is BridgeSource)
            await StoresLab.FillAsync(source, [($"{source.Prefix}nodes", "")]);
        else
        {
            var host = $"{source.Prefix}nodes/192.0.2.1:2376";
            await StoresLab.FillAsync(source, [(host, "192.0.2.1:2376")]);
            var registered = (await source.ReadAsync(Token)).Entries.Single(entry => entry.Key == host);
            Assert.Equal(WriteOutcome.Written, await source.TryWriteAsync(host, registered.ModifyIndex, null, Token));
        }
        return await source.ReadAsync(Token);
    }

    private BridgeSource Bridge(string state, string prefix) => new(
        new ConsulClient(new ConsulClientOptions(state, StateUri.Parse(state).Servers) { Connect = async (server, token) => await stores.Lab.Kv.ConnectAsync(server, token) }), prefix);

    private async Task<JsonElement> BridgeAsync(int? exitCode, params string[] arguments)
    {
        var result = await stores.RunAsync(null, [.. arguments, "--bridge", "none", "-o", "json", "--again", "0"]);
        Assert.True(exitCode is null ? result.ExitCode != 1 : exitCode == result.ExitCode, $"{string.Join(' ', arguments)}: exit code {result.ExitCode}\n{result.Output}\n{result.Error}");
        using var json = JsonDocument.Parse(result.Output);
        return json.RootElement.Clone();
    }

    private static HashSet<string> Rules(JsonElement audit) => [.. audit.GetProperty("findings").EnumerateArray().SelectMany(finding =>
        finding.GetProperty("explains").EnumerateArray().Select(explained => explained.GetProperty("rule").GetString()!).Append(finding.GetProperty("rule").GetString()!))];

    private static IEnumerable<string> Subjects(JsonElement repair) => repair.GetProperty("steps").EnumerateArray()
        .SelectMany(step => step.GetProperty("subjects").EnumerateArray().Select(subject => $"{step.GetProperty("rule")} {subject}"));

    private static IEnumerable<string> Values(StoreImage image, HashSet<string?> without) =>
        image.Entries.Where(entry => !entry.Bytes.IsEmpty && !without.Contains(entry.Key)).Select(entry => $"{entry.Key}={Encoding.UTF8.GetString(entry.Bytes.Span)}");
}
