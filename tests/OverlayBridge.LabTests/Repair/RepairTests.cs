using System.Net;
using System.Text;
using System.Text.Json;
using OverlayBridge.Lab;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.LabTests.Repair;

/// <summary>Damage on a real store, found with the word of real engines, repaired, and worked on by them afterwards.</summary>
public class RepairTests
{
    private const string Root = "docker/network/v1.0/";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.OwnLab)]
    public async Task What_broke_is_found_and_repaired_and_the_engines_go_on_working_on_the_store()
    {
        var lab = await RunningLab.UpAsync(
            new LabOptions { Name = $"repair-{Environment.ProcessId}", Legacy = 3, Swarm = 0, KeepLogsIn = LabFixture.LogFolder + "-repair" }, Cancel);
        await using var end = Teardowns.Of(lab);
        var (h1, h2, lost) = (lab.Host("h1"), lab.Host("h2"), lab.Host("h3"));
        using var consul = lab.Consul!.CreateClient();
        var alpha = await CreateAsync(h1, "alpha", "10.61.1.0/24");
        var beta = await CreateAsync(h1, "beta", "10.61.2.0/24");
        var gamma = await CreateAsync(h1, "gamma", "10.61.3.0/24");
        // Gives gamma a VNI; on the host that will be lost, for an engine whose last container has left may fail at random.
        await (await lost.RunAsync("brief", "gamma", Cancel)).RemoveAsync(Cancel);
        await CureAsync(lost);
        var first = await h1.RunAsync("first", "alpha", Cancel);
        await h1.RunAsync("held", "beta", Cancel);
        var oldBitmap = await GetAsync(consul, Bitmap("10.61.2.0/24"));
        var second = await h2.RunAsync("second", "beta", Cancel);
        await lost.RunAsync("mourned", "alpha", Cancel);
        var forgotten = await EndpointOfAsync(lost, await lost.RunAsync("forgotten", "alpha", Cancel), "alpha");

        await lost.PowerOffAsync(Cancel);
        await ExpireAsync(consul, lost);
        await DeleteAsync(consul, $"{Root}endpoint/{alpha}/{forgotten}/");                          // an endpoint key deleted
        await DeleteAsync(consul, $"{Root}network/{gamma}/");                                       // a network key deleted
        await PutAsync(consul, Bitmap("10.61.2.0/24"), oldBitmap);                                  // a bitmap set back
        await PutAsync(consul, $"{Root}endpoint_count/{beta}/", "{\"Count\":7}"u8.ToArray());       // a count wrong
        await PutAsync(consul, $"{Root}endpoint_count/{alpha}/", "{\"Cou"u8.ToArray());             // a value cut off

        var found = await BridgeAsync(lab, 2, "audit", lab.Consul.State, "--engine", Engine(h1), "--engine", Engine(h2));
        Assert.Empty(new[] { "OB03", "OB07", "OB08", "OB09", "OB10", "OB16", "OB18", "OB36" }.Except(Rules(found)));

        string[] everything = ["repair", lab.Consul.State, "--all", "--engine", Engine(h1), "--engine", Engine(h2), "--hosts-gone", $"{lost.Address}"];
        var planned = await BridgeAsync(lab, 2, everything);
        var repaired = await BridgeAsync(lab, 0, [.. everything, "--apply", "--backup", $"{lab.Kv.Folder}/before.json.gz"]);
        Assert.True(File.Exists($"{lab.Kv.Folder}/before.json.gz"));
        Assert.Equal(Subjects(planned), Subjects(repaired));
        Assert.All(repaired.GetProperty("steps").EnumerateArray(), step => Assert.Equal("done", step.GetProperty("result").GetString()));

        await BridgeAsync(lab, 0, everything);
        var left = await BridgeAsync(lab, 0, "audit", lab.Consul.State, "--engine", Engine(h1), "--engine", Engine(h2));
        Assert.DoesNotContain(left.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("repairable").GetBoolean());

        await GoOnAsync(h1, h2, first, second);
        await BridgeAsync(lab, 0, "audit", lab.Consul.State, "--engine", Engine(h1), "--engine", Engine(h2));
    }

    /// <summary>Containers come and go on repaired networks, names and traffic cross hosts, and the subnet that was orphaned is free again.</summary>
    private static async Task GoOnAsync(LabHost h1, LabHost h2, LabContainer first, LabContainer second)
    {
        // Not an address that the lost host had: engines that knew its owner go on sending there (docs/decisions/013).
        var third = await h2.RunAsync("third", "alpha", Cancel, "--ip", "10.61.1.50");
        Assert.Equal("first", await Wait.ForAsync(() => TryAskAsync(third, "first"), Limit, "an answer of first", Cancel));
        var fourth = await h1.RunAsync("fourth", "beta", Cancel);
        Assert.NotEqual(await second.AddressAsync("beta", Cancel), await fourth.AddressAsync("beta", Cancel));
        Assert.Equal("second", await Wait.ForAsync(() => TryAskAsync(fourth, "second"), Limit, "an answer of second", Cancel));
        await h1.DockerAsync(["rm", "--force", "held"], Cancel);
        foreach (var container in (LabContainer[])[first, second, third, fourth])
        {
            await container.RemoveAsync(Cancel);
            await CureAsync(h1, h2);
        }

        foreach (var name in (string[])["alpha", "beta"])
            await h1.DockerAsync(["network", "rm", name], Cancel);
        await h2.DockerAsync(["network", "create", "--driver", "overlay", "--subnet", "10.61.3.0/24", "gamma"], Cancel);
        await (await h2.RunAsync("fifth", "gamma", Cancel)).RemoveAsync(Cancel);
        await CureAsync(h2);
        await h2.DockerAsync(["network", "rm", "gamma"], Cancel);
    }

    private static async Task<string?> TryAskAsync(LabContainer from, string name)
    {
        var result = await from.ExecAsync(Cancel, "curl", "-sS", "--max-time", "2", $"http://{name}/");
        return result.ExitCode == 0 ? result.Output.Trim() : null;
    }

    private static Task CureAsync(params LabHost[] hosts) => Task.WhenAll(hosts.Select(host => host.Engine.CureAsync(Cancel)));

    private static Task<string> CreateAsync(LabHost host, string name, string subnet) =>
        host.DockerAsync(["network", "create", "--driver", "overlay", "--subnet", subnet, name], Cancel);

    private static Task<string> EndpointOfAsync(LabHost host, LabContainer container, string network) =>
        host.DockerAsync(["inspect", "--format", $$$"""{{(index .NetworkSettings.Networks "{{{network}}}").EndpointID}}""", container.Id], Cancel);

    private static string Engine(LabHost host) => $"unix://{host.DockerSocket}";

    private static string Bitmap(string subnet) => $"{Root}ipam/default/data/GlobalDefault/{subnet}/";

    /// <summary>What the end of the session's TTL does within a minute.</summary>
    private static async Task ExpireAsync(HttpClient consul, LabHost host)
    {
        var key = $"docker/nodes/{host.Address}:2376";
        using var entry = JsonDocument.Parse(await consul.GetByteArrayAsync(new Uri($"/v1/kv/{key}", UriKind.Relative), Cancel));
        var session = entry.RootElement[0].GetProperty("Session").GetString();
        using var done = await consul.PutAsync(new Uri($"/v1/session/destroy/{session}", UriKind.Relative), null, Cancel);
        done.EnsureSuccessStatusCode();
        using var gone = await consul.GetAsync(new Uri($"/v1/kv/{key}", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    private static Task<byte[]> GetAsync(HttpClient consul, string key) => consul.GetByteArrayAsync(new Uri($"/v1/kv/{key}?raw", UriKind.Relative), Cancel);

    private static async Task PutAsync(HttpClient consul, string key, byte[] value)
    {
        using var body = new ByteArrayContent(value);
        using var done = await consul.PutAsync(new Uri($"/v1/kv/{key}?flags=3304740253564472344", UriKind.Relative), body, Cancel);
        Assert.Equal("true", (await done.Content.ReadAsStringAsync(Cancel)).Trim());
    }

    private static async Task DeleteAsync(HttpClient consul, string key)
    {
        using var done = await consul.DeleteAsync(new Uri($"/v1/kv/{key}", UriKind.Relative), Cancel);
        Assert.Equal("true", (await done.Content.ReadAsStringAsync(Cancel)).Trim());
    }

    /// <summary>Runs a command of overlaybridge beside Consul; gives its JSON.</summary>
    private static async Task<JsonElement> BridgeAsync(RunningLab lab, int exitCode, params string[] arguments)
    {
        var result = await lab.Kv.ExecAsync([LabFixture.BridgeCommand, .. arguments, "-o", "json", "--again", "1"], Cancel);
        Assert.True(exitCode == result.ExitCode, $"{string.Join(' ', arguments)}: exit code {result.ExitCode}\n{result.Output}\n{result.Error}");
        using var json = JsonDocument.Parse(Encoding.UTF8.GetBytes(result.Output));
        return json.RootElement.Clone();
    }

    private static IEnumerable<string> Rules(JsonElement audit) => audit.GetProperty("findings").EnumerateArray().SelectMany(finding =>
        finding.GetProperty("explains").EnumerateArray().Select(explained => explained.GetProperty("rule").GetString()!).Append(finding.GetProperty("rule").GetString()!));

    private static IEnumerable<string> Subjects(JsonElement repair) => repair.GetProperty("steps").EnumerateArray()
        .SelectMany(step => step.GetProperty("subjects").EnumerateArray().Select(subject => $"{step.GetProperty("rule")} {subject}"));
}
