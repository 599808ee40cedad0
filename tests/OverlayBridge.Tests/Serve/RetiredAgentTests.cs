using System.Text;
using System.Text.Json;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Terminal;

namespace OverlayBridge.Tests.Serve;

/// <summary>What <c>serve</c> does on a host that the bridge has left.</summary>
public sealed class RetiredAgentTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Data => _folder.File("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_control_node_goes_on_when_the_agent_beside_it_ends_and_an_agent_alone_ends_its_process()
    {
        var task = new HostTaskRecord("run", "retire.h1", 1, false, false, "", 60, DateTimeOffset.UnixEpoch);
        Directory.CreateDirectory(Path.Combine(Data, "agent"));
        await File.WriteAllTextAsync(Path.Combine(Data, "agent", "task.json"), JsonSerializer.Serialize(new
        {
            formatVersion = 1, task = Encoding.UTF8.GetString(BridgeRecords.Encode(task)), begun = DateTimeOffset.UnixEpoch, changes = Array.Empty<string>(), retired = DateTimeOffset.UnixEpoch,
        }), Cancel);
        string[] agent = ["--vtep", "192.0.2.7", "--engine", "unix:///nowhere.sock", "--netns", _folder.File("netns"), "--dns", "none", "--host-name", "h1"];
        Directory.CreateDirectory(_folder.File("netns"));

        await using var both = await ServeProcess.StartAsync(Data, ServeProcess.FreeAddress(), ServeProcess.FreeAddress(), Cancel, ["--roles", "control,agent", .. agent]);
        var begun = TimeProvider.System.GetTimestamp();
        while (!both.Error.Contains("the control node goes on", StringComparison.Ordinal))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Limit, both.Error);
            await Task.Delay(50, Cancel);
        }
        using var answer = await both.Client.PutAsync("/v1/kv/key", new StringContent("value"), Cancel);
        Assert.True(answer.IsSuccessStatusCode, both.Error);

        var other = _folder.File("alone");
        Directory.CreateDirectory(Path.Combine(other, "agent"));
        File.Copy(Path.Combine(Data, "agent", "task.json"), Path.Combine(other, "agent", "task.json"));
        var alone = await ServeProcess.FailAsync(Cancel, ["--roles", "agent", "--data", other, "--store", $"bridge://{both.Address.Authority}", .. agent]);
        Assert.Equal(ExitCode.Success, alone.ExitCode);
        Assert.Contains("The bridge left this host", alone.Error, StringComparison.Ordinal);
    }
}
