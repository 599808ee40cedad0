using System.Text;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

public sealed class HostConfigFilesTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("hostconfig").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void The_mode_alone_is_changed_and_not_a_byte_more()
    {
        var id = new string('a', 64);
        Write("c1", $$$"""{"Binds":["/x:/NetworkMode"],"Annotations":{"NetworkMode":"{{{id}}}"}, "NetworkMode":"{{{id}}}","Ünits":1.50}""");
        Write("c2", """{"NetworkMode":"bridge"}""");
        Write("c3", "{ cut off");

        Assert.Equal([("c1", id), ("c2", "bridge")], HostConfigFiles.Modes(root).Select(static mode => (mode.Key, mode.Value)));
        HostConfigFiles.Rename(root, new NetworkModeChange("c1", id, "app\"net"));
        HostConfigFiles.Rename(root, new NetworkModeChange("c2", id, "appnet"));

        Assert.Equal($$$"""{"Binds":["/x:/NetworkMode"],"Annotations":{"NetworkMode":"{{{id}}}"}, "NetworkMode":"app\u0022net","Ünits":1.50}""", Read("c1"));
        Assert.Equal("""{"NetworkMode":"bridge"}""", Read("c2"));
    }

    [Fact]
    public void A_host_without_containers_has_no_modes() => Assert.Empty(HostConfigFiles.Modes(Path.Combine(root, "nowhere")));

    [Fact]
    public void An_engine_is_in_a_swarm_as_long_as_its_state_is_there()
    {
        Assert.False(HostConfigFiles.IsInSwarm(root));
        Directory.CreateDirectory(Path.Combine(root, "swarm"));
        Assert.False(HostConfigFiles.IsInSwarm(root));
        File.WriteAllText(Path.Combine(root, "swarm", "docker-state.json"), "{}");
        Assert.True(HostConfigFiles.IsInSwarm(root));
    }

    private void Write(string container, string json)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "containers", container)).FullName;
        File.WriteAllText(Path.Combine(folder, "hostconfig.json"), json, new UTF8Encoding(false));
    }

    private string Read(string container) => File.ReadAllText(Path.Combine(root, "containers", container, "hostconfig.json"));
}
