using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OverlayBridge.Engines;
using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

public sealed class MoveChecksTests
{
    private static readonly MoveGoal Goal = new("h1", Sample.Id, "db", "h4", [new PlanNetwork(Sample.Network, Sample.NetworkId, System.Net.IPNetwork.Parse("10.77.0.0/24"))], ["/srv/cache"]);

    [Fact]
    public async Task A_container_of_its_image_alone_can_be_moved() => Assert.Empty(await FindAsync(Sample.Container()));

    public static TheoryData<string, string, string> OfThisHost => new()
    {
        { "AutoRemove", "true", "--rm" },
        { "PortBindings", """{"80/tcp": [{"HostPort": "8080"}]}""", "publishes ports of this host (80/tcp)" },
        { "PublishAllPorts", "true", "publishes ports of this host (all)" },
        { "Links", """["/web:/db/web"]""", "links" },
        { "VolumesFrom", """["data"]""", "--volumes-from" },
        { "Devices", """[{"PathOnHost": "/dev/sda"}]""", "--device" },
        { "DeviceRequests", """[{"Count": -1}]""", "--gpus" },
        { "Privileged", "true", "privileged" },
        { "PidMode", "\"host\"", "--pid" },
        { "IpcMode", "\"container:abc\"", "--ipc" },
        { "UTSMode", "\"host\"", "--uts" },
        { "NetworkMode", "\"host\"", "--network" },
        { "UsernsMode", "\"host\"", "--userns" },
        { "Runtime", "\"nvidia\"", "--runtime" },
        { "DeviceCgroupRules", """["c 10:200 rwm"]""", "--device-cgroup-rule" },
        { "CapAdd", """["NET_ADMIN", "cap_sys_admin", "CAP_CHOWN"]""", "the capability cap_sys_admin (--cap-add)" },
        { "CapAdd", """["ALL"]""", "the capability ALL" },
        { "CapAdd", "\"SYS_ADMIN\"", "the capability" },
        { "SecurityOpt", """["no-new-privileges", "seccomp=unconfined"]""", "--security-opt seccomp=unconfined" },
        { "SecurityOpt", """["apparmor=unconfined"]""", "--security-opt apparmor=unconfined" },
        { "SecurityOpt", """["label=disable"]""", "--security-opt label=disable" },
        { "MaskedPaths", "[]", "systempaths=unconfined" },
        { "ReadonlyPaths", "[]", "systempaths=unconfined" },
        { "privileged", "true", "has privileged, of which this program does not know" },
        { "Capabilities", """["ALL"]""", "has Capabilities, of which this program does not know" },
        { "InitPath", "\"/bin/sh\"", "has InitPath" },
    };

    [Theory]
    [MemberData(nameof(OfThisHost))]
    public async Task What_only_this_host_has_is_refused_with_its_option(string field, string value, string words)
    {
        var obstacle = Assert.Single(await FindAsync(Sample.Container((field, JsonNode.Parse(value)))));
        Assert.Contains(words, obstacle.What, StringComparison.Ordinal);
        Assert.NotEmpty(obstacle.Remedy);
    }

    [Fact]
    public async Task Limits_names_and_what_stays_within_the_container_are_no_obstacle() => Assert.Empty(await FindAsync(Sample.Container(
        ("CapAdd", new JsonArray("NET_ADMIN", "CAP_IPC_LOCK")), ("SecurityOpt", new JsonArray("no-new-privileges", "label=level:s0:c1,c2")), ("Runtime", "runc"), ("Init", true),
        ("ConsoleSize", new JsonArray(0, 0)), ("MaskedPaths", new JsonArray("/proc/kcore")), ("Privileged", false), ("PidMode", ""), ("Unheard", new JsonObject()), ("OomScoreAdj", 0))));

    [Fact]
    public void Mounts_of_a_blueprint_are_memory_or_are_refused_whatever_their_names_are_written_like()
    {
        Assert.Empty(Mounted("""{"Binds": null, "Mounts": [{"Type": "tmpfs", "Target": "/cache", "TmpfsOptions": {"SizeBytes": 1}}]}"""));
        foreach (var host in (string[])
        [
            """{"Binds": ["/:/host"]}""", """{"Mounts": [{"Type": "bind", "Source": "/", "Target": "/host"}]}""", """{"Mounts": [{"Type": "volume", "Source": "orders", "Target": "/data"}]}""",
            """{"Mounts": [{"Type": "tmpfs", "type": "bind", "source": "/", "Target": "/host"}]}""", """{"Mounts": [{"Type": "tmpfs", "Source": "/", "Target": "/host"}]}""",
            """{"Mounts": [{"Type": "tmpfs", "Target": "/cache", "BindOptions": {"Propagation": "shared"}}]}""", """{"Mounts": {"Type": "bind"}}""", """{"Mounts": [null]}""",
        ])
        {
            var obstacle = Assert.Single(Mounted(host));
            Assert.Equal(("db has volumes or files of its host (--volume, --mount).", "To keep them, stay."), (obstacle.What, obstacle.Remedy));
        }

        static ImmutableArray<Conversion.Obstacle> Mounted(string host) => MoveRules.Mounted("db", JsonNode.Parse(host)!.AsObject(), "stay");
    }

    [Theory]
    [InlineData("bind", "/srv/db", "the host's /srv/db at /var/lib/db")]
    [InlineData("volume", "orders", "the volume orders at /var/lib/db")]
    [InlineData("tmpfs", "", null)]
    public async Task What_is_mounted_from_the_host_is_refused_and_memory_is_not(string type, string from, string? words)
    {
        var container = Sample.Container();
        container.Mounts.Add(new ContainerMount(type, from, "/var/lib/db"));

        var obstacles = await FindAsync(container);

        Assert.Equal(words is null ? 0 : 1, obstacles.Length);
        if (words is not null)
            Assert.Contains(words, obstacles[0].What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_network_a_guest_and_a_state_between_are_refused()
    {
        var elsewhere = Sample.Container();
        elsewhere.Places["bridge1"] = new(System.Net.IPAddress.Parse("172.20.0.2"), []);
        Assert.Contains("bridge1", Assert.Single(await FindAsync(elsewhere)).What, StringComparison.Ordinal);

        var paused = Sample.Container();
        paused.State = "paused";
        Assert.Contains("is paused", Assert.Single(await FindAsync(paused)).What, StringComparison.Ordinal);

        var guest = new MovableEngine.Container(new string('e', 64), "sidecar", new JsonObject { ["HostConfig"] = new JsonObject { ["NetworkMode"] = $"container:{Sample.Id}" } });
        Assert.Contains("sidecar", Assert.Single(await FindAsync(Sample.Container(), guest)).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_count_and_not_the_folders_around_them_nor_what_is_volatile_or_said_to_be_left()
    {
        ImmutableArray<LayerChange> changes =
        [
            new("/run", LayerChangeKind.Changed), new("/run/app.pid", LayerChangeKind.Added), new("/sbin/docker-init", LayerChangeKind.Added), new("/srv", LayerChangeKind.Changed),
            new("/srv/cache", LayerChangeKind.Changed), new("/srv/cache/1", LayerChangeKind.Added), new("/srv/cache-2", LayerChangeKind.Added), new("/etc", LayerChangeKind.Changed),
            new("/etc/app.conf", LayerChangeKind.Changed), new("/opt/old", LayerChangeKind.Removed), new("/srv-x", LayerChangeKind.Added),
        ];

        Assert.Equal(["/etc/app.conf", "/opt/old", "/srv-x", "/srv/cache-2"], MoveChecks.Written(changes, Goal.LeaveBehind));
    }

    private static async Task<ImmutableArray<Conversion.Obstacle>> FindAsync(MovableEngine.Container container, params MovableEngine.Container[] others)
    {
        var engine = new MovableEngine(new MovableEngine.Fleet(), "h1", "20.10.5", "inactive");
        engine.Add(container);
        foreach (var other in others)
            engine.Add(other);
        var token = TestContext.Current.CancellationToken;
        return MoveChecks.OfContainer((await engine.DetailAsync("db", token))!, new MovePaper(container.Paper), [], await engine.DetailsAsync(token), Goal);
    }
}
