using System.Globalization;
using System.Text;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Sources.Tests.Dumps;

namespace OverlayBridge.Sources.Tests.Etcd;

/// <summary>The body of <c>GET /v2/keys/?recursive=true</c>, recorded from etcd 3.4.23 under Docker 20.10.5, read as a dump.</summary>
public sealed class EtcdDumpTests : IDisposable
{
    private const string Network = "81b2aefc632564d0c81e4a3fe3fd3dccd0d78339c05b17910b55ce5e958a5840";
    private static readonly string Recorded = TestFiles.Fixture("etcd2/v2-keys.json");

    private readonly DumpFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task Keys_have_the_form_that_they_would_have_on_Consul()
    {
        var image = await DumpFiles.ReadAsync(Recorded);
        Assert.Equal(
            [
                "docker/network/v1.0/endpoint/217f98b70060f66e654d9e0adbc1db2feec03334ddae78ac0cc9817844d3c9d9/",
                "docker/network/v1.0/endpoint/3ab582e4c3b8212aaf24147187f7752cb9d18bfa8d965984803f8f886a6980b7/",
                $"docker/network/v1.0/endpoint/{Network}/",
                $"docker/network/v1.0/endpoint/{Network}/b5bb1b7218206fe2fce4c3617cf90b7c37d2e1e7a149604f9fdbbccc7081b15b/",
                $"docker/network/v1.0/endpoint/{Network}/e903293c9dd3be4c2626192190c001811890fcd9ce1759e95fd3475ad9d155b6/",
            ],
            image.Entries.Select(static entry => entry.Key).Where(static key => key.Contains("/endpoint/", StringComparison.Ordinal))
                .Where(static key => key.Contains("217f", StringComparison.Ordinal) || key.Contains("3ab5", StringComparison.Ordinal) || key.Contains(Network, StringComparison.Ordinal)));
        string[] others =
        [
            "docker/network/v1.0/endpoint_count/", $"docker/network/v1.0/endpoint_count/{Network}/", "docker/network/v1.0/idm/vxlan-id/",
            "docker/network/v1.0/ipam/default/config/GlobalDefault/", "docker/network/v1.0/ipam/default/data/GlobalDefault/10.90.0.0/24/",
            "docker/network/v1.0/network/", $"docker/network/v1.0/network/{Network}/", $"docker/network/v1.0/overlay/network/{Network}/",
            "docker/nodes", "docker/nodes/172.31.0.5:2376", "docker/nodes/172.31.0.6:2376",
        ];
        Assert.Equal(others, image.Entries.Select(static entry => entry.Key).Where(static key => !key.Contains("/endpoint/", StringComparison.Ordinal)));
        Assert.DoesNotContain(image.Entries, static entry => LegacyKey.Parse(entry.Key) is ForeignKey);
    }

    [Fact]
    public async Task Indexes_values_and_lifetimes_are_kept()
    {
        var image = await DumpFiles.ReadAsync(Recorded);
        var overlay = image.Entries.Single(static entry => entry.Key.Contains("overlay/network", StringComparison.Ordinal));
        Assert.Equal((15UL, 23UL), (overlay.CreateIndex, overlay.ModifyIndex));
        Assert.StartsWith("{\"mtu\":0", Encoding.UTF8.GetString(overlay.Value.AsSpan()), StringComparison.Ordinal);
        Assert.Equal(image.Entries.Max(static entry => entry.ModifyIndex), image.Index);
        var host = image.Entries.Single(static entry => entry.Key.EndsWith(".5:2376", StringComparison.Ordinal));
        var session = Assert.Single(image.Sessions, session => session.Id == host.Session);
        Assert.Equal(("60s", "delete"), (session.Ttl, session.Behavior));
        Assert.Equal(2, image.Sessions.Length);
    }

    [Fact]
    public async Task A_packed_dump_gives_the_same()
    {
        var packed = files.Write("v2.json.gz", DumpFiles.Gzip(await File.ReadAllBytesAsync(Recorded, TestContext.Current.CancellationToken)));
        Assert.Equal((await DumpFiles.ReadAsync(Recorded)).Entries, (await DumpFiles.ReadAsync(packed)).Entries);
    }

    [Fact]
    public async Task The_path_of_the_store_stays_in_front_of_the_keys()
    {
        var moved = (await File.ReadAllTextAsync(Recorded, TestContext.Current.CancellationToken)).Replace("\"/docker", "\"/a/b/docker", StringComparison.Ordinal);
        var image = await DumpFiles.ReadAsync(files.Write("moved.json", moved), new() { Prefix = "a/b/docker/" });
        Assert.Equal((await DumpFiles.ReadAsync(Recorded)).Entries.Select(static entry => "a/b/" + entry.Key), image.Entries.Select(static entry => entry.Key));
        Assert.Contains("--prefix a/b/docker/", (await DumpFiles.RefusedAsync(files["moved.json"])).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Foreign_keys_and_empty_folders_are_kept_as_they_are()
    {
        var image = await DumpFiles.ReadAsync(files.Write("foreign.json", """
            {"action":"get","node":{"dir":true,"nodes":[{"key":"/docker","dir":true,"nodes":[
              {"key":"/docker/swarm","dir":true,"nodes":[{"key":"/docker/swarm/leader","value":"h1","modifiedIndex":9,"createdIndex":8}],"modifiedIndex":7,"createdIndex":7},
              {"key":"/docker/empty","dir":true,"modifiedIndex":6,"createdIndex":6},
              {"key":"/docker/network","dir":true,"modifiedIndex":5,"createdIndex":5}],"modifiedIndex":4,"createdIndex":4}]}}
            """));
        Assert.Equal(["docker/empty/", "docker/swarm/leader"], image.Entries.Select(static entry => entry.Key));
        Assert.Equal(9UL, image.Index);
    }

    [Theory]
    [InlineData("""{"action":"get","node":{"key":"/docker","dir":true,"nodes":[5]}}""", "an object")]
    [InlineData("""{"action":"get","node":{"key":"/docker","dir":true,"nodes":{}}}""", "'nodes' must be an array")]
    [InlineData("""{"action":"get","node":{"key":"/docker","dir":true,"nodes":[{"key":"/docker/a"}]}}""", "neither 'value' nor 'dir'")]
    [InlineData("""{"action":"get","node":{"key":"/docker","dir":true,"nodes":[{"value":"x"}]}}""", "'key' is missing")]
    [InlineData("""{"action":"get","node":{"key":"docker","dir":true}}""", "begin with a slash")]
    [InlineData("""{"action":"get","node":{"key":"/docker","key":"/docker","dir":true}}""", "stands there twice")]
    [InlineData("""{"action":"get","node":{"key":"/docker/a","value":"x","modifiedIndex":-1}}""", "whole number")]
    [InlineData("""{"action":"get","node":{"key":"/docker","dir":true,"nodes":[""", "ends in the middle")]
    public async Task A_damaged_dump_is_refused_with_the_place(string text, string reason)
    {
        var error = await DumpFiles.RefusedAsync(files.Write("bad.json", text));
        Assert.Contains(reason, error.Cause, StringComparison.Ordinal);
        Assert.Contains("byte ", error.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tree_deeper_than_any_JSON_that_is_taken_is_refused()
    {
        var deep = new StringBuilder("{\"action\":\"get\",\"node\":");
        for (var level = 0; level < 5000; level++)
            deep.Append(CultureInfo.InvariantCulture, $"{{\"key\":\"/{level}\",\"dir\":true,\"nodes\":[");
        Assert.Contains("byte ", (await DumpFiles.RefusedAsync(files.Write("deep.json", deep.ToString()))).Cause, StringComparison.Ordinal);
    }
}
