using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using OverlayBridge.Engines;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>An engine in memory, as far as moves use it. All engines of a fleet together see to it that no address runs twice.</summary>
internal sealed class MovableEngine(MovableEngine.Fleet fleet, string name, string version, string swarm) : IEngineControl, IContainerMoves
{
    private readonly Dictionary<string, Container> containers = new(StringComparer.Ordinal);

    public HashSet<string> Images { get; } = [Sample.Image];

    /// <summary>Asked before each change; what it throws, the call throws.</summary>
    public Action<string> BeforeChange { get; set; } = static _ => { };

    /// <summary>Called before containers are told of; what it throws, the call throws.</summary>
    public Action BeforeLook { get; set; } = static () => { };

    /// <summary>What each container has written, by its name.</summary>
    public Dictionary<string, ImmutableArray<LayerChange>> Written { get; } = [];

    public bool IsManager { get; init; }

    /// <summary>Of the swarm, which a manager tells of.</summary>
    public List<SwarmNode> Nodes { get; } = [];

    /// <summary>Of an engine that has not gone over.</summary>
    public Func<string> ClusterStore { get; init; } = static () => "";

    /// <summary>Of every live endpoint.</summary>
    public string EndpointId { get; set; } = "endpoint";

    /// <summary>The id of a network, by its name.</summary>
    public Func<string, string> NetworkId { get; init; } = static network => $"{network}-id";

    public ImmutableArray<string> Names => [.. containers.Values.Select(static one => one.Name).Order(StringComparer.Ordinal)];

    public Container this[string nameOrId] => Find(nameOrId)!;

    public void Add(Container container) => containers.Add(container.Id, container);

    /// <summary>Whether nobody listens at its socket.</summary>
    public Func<bool> IsDown { get; set; } = static () => false;

    public Task<EngineSetup> SetupAsync(CancellationToken token) => IsDown()
        ? Task.FromException<EngineSetup>(new EngineException("Cannot ask it.", "Connection refused", "Start it.", null, new SocketException((int)SocketError.ConnectionRefused)))
        : Task.FromResult(new EngineSetup(name, version, ClusterStore(), "/data", "x86_64", false, "node", swarm, IsManager));

    public Task<ImmutableArray<ContainerDetail>> DetailsAsync(CancellationToken token)
    {
        BeforeLook();
        return Task.FromResult<ImmutableArray<ContainerDetail>>([.. containers.Values.Select(DetailOf)]);
    }

    public Task<ContainerDetail?> DetailAsync(string container, CancellationToken token)
    {
        BeforeLook();
        return Task.FromResult(Find(container) is { } found ? DetailOf(found) : null);
    }

    public Task<JsonObject?> PaperAsync(string container, CancellationToken token) => Task.FromResult((JsonObject?)Find(container)?.Paper.DeepClone());

    public Task<ImmutableArray<LayerChange>> ChangesAsync(string container, CancellationToken token) => Task.FromResult(Written.GetValueOrDefault(Find(container)!.Name, []));

    public Task<string?> ImageIdAsync(string image, CancellationToken token) => Task.FromResult(Images.Contains(image) ? image : null);

    public Task MakeAsync(string name, JsonObject parts, CancellationToken token) => Change($"make {name}", () =>
    {
        if (Find(name) is not null)
            throw new EngineException("Cannot make it.", "409", "See the engine's log.");
        var made = new Container(fleet.NewId(), name, new JsonObject
        {
            ["Image"] = Sample.Image, ["Config"] = parts.DeepClone(), ["HostConfig"] = parts["HostConfig"]!.DeepClone(),
        });
        foreach (var (network, settings) in parts["NetworkingConfig"]!["EndpointsConfig"]!.AsObject())
            made.Places[network] = new(
                settings!["IPAMConfig"] is { } fixedOne ? IPAddress.Parse(fixedOne["IPv4Address"]!.GetValue<string>()) : null,
                [.. settings["Aliases"]!.AsArray().Select(static alias => alias!.GetValue<string>())]);
        Add(made);
    });

    public Task SetRestartAsync(string container, string policy, int mostTries, CancellationToken token) => Change(
        $"restart {policy}", () => Find(container)!.Paper["HostConfig"]!["RestartPolicy"] = new JsonObject { ["Name"] = policy, ["MaximumRetryCount"] = mostTries });

    public Task RenameAsync(string container, string name, CancellationToken token) => Change($"rename to {name}", () => Find(container)!.Name = name);

    public Task ConnectAsync(string network, string container, IPAddress? address, ImmutableArray<string> aliases, CancellationToken token) =>
        // As engines do: one that stands on the network already, running or not, stays there as it is.
        Change($"connect {container}", () => Find(container)!.Places.TryAdd(network, new(address, aliases)));

    public Task StartAsync(string container, CancellationToken token) => Change($"start {container}", () =>
    {
        var found = Find(container)!;
        if (found.State == "running")
            return;
        found.IsKnownToSwarm = Attaches(found);
        foreach (var place in found.Places.Values)
            Assert.True(place.Address is not null && fleet.Live.Add(place.Address), $"{place.Address} would run twice");
        (found.State, found.StartError) = ("running", "");
    });

    /// <summary>As engines do (<see cref="SwarmRefusal.IsOfHungAttachment"/>).</summary>
    private bool Attaches(Container found)
    {
        if (found.HasUnansweredRequest && containers.Values.Any(one => one != found && one.State == "running" && one.Places.Keys.Any(found.Places.ContainsKey)))
            return false;
        if (found.HasUnansweredRequest)
            (found.HasUnansweredRequest, found.StartError) = (false, $"network {found.Places.Keys.First()} not found");
        else if (found.Hangs > 0)
            (found.HasUnansweredRequest, found.StartError) = (--found.Hangs >= 0, Container.Hung);
        else
            return true;
        throw new EngineException($"Cannot start {found.Name}.", $"It answered 404: {found.StartError}", "See the engine's log.", 404);
    }

    public Task StopAsync(string container, TimeSpan patience, CancellationToken token) => Change($"stop {container}", () => Stop(Find(container)!));

    public Task RemoveAsync(string container, CancellationToken token) => Change($"remove {container}", () =>
    {
        if (Find(container) is not { } found)
            return;
        Stop(found);
        containers.Remove(found.Id);
    });

    public Task RunAsync(OwnContainer container, CancellationToken token) => Change($"run {container.Name}", () =>
    {
        if (Find(container.Name) is null)
            Add(new Container(fleet.NewId(), container.Name, new JsonObject
            {
                ["Config"] = new JsonObject { ["Labels"] = new JsonObject([.. container.Labels.Select(static label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))]) },
            })
            { State = "running" });
    });

    public Task DisconnectAsync(string network, string container, bool force, CancellationToken token) =>
        Change($"disconnect {container}", () => Find(container)!.Places.Remove(network));

    public Task<ExecOutcome> ExecAsync(string container, ImmutableArray<string> command, CancellationToken token) => throw new NotSupportedException();

    public Task JoinSwarmAsync(string manager, string token, IPAddress own, CancellationToken cancel) => throw new NotSupportedException();

    public Task LeaveSwarmAsync(CancellationToken token) => throw new NotSupportedException();

    public Task<string> WorkerTokenAsync(CancellationToken token) => throw new NotSupportedException();

    public Task<ImmutableArray<SwarmNode>> NodesAsync(CancellationToken token) => Task.FromResult<ImmutableArray<SwarmNode>>([.. Nodes]);

    public Task RemoveNodeAsync(string node, bool force, CancellationToken token) => Change($"remove node {node}", () => Nodes.RemoveAll(one => one.Id == node));

    private Container? Find(string nameOrId) => containers.GetValueOrDefault(nameOrId) ?? containers.Values.FirstOrDefault(one => one.Name == nameOrId);

    private void Stop(Container container)
    {
        if (container.State != "running")
            return;
        (container.State, container.HasUnansweredRequest, container.IsKnownToSwarm) = ("exited", false, false);
        foreach (var place in container.Places.Values)
            fleet.Live.Remove(place.Address!);
    }

    private Task Change(string what, Action change)
    {
        BeforeChange(what);
        change();
        return Task.CompletedTask;
    }

    private ContainerDetail DetailOf(Container one)
    {
        var isLive = one.State == "running";
        var labels = (one.Paper["Config"]?["Labels"] as JsonObject ?? []).ToImmutableSortedDictionary(static label => label.Key, static label => MovePaper.Text(label.Value), StringComparer.Ordinal);
        return new ContainerDetail(
            one.Id, one.Name, Sample.Image, one.State, MovePaper.Text(one.Paper["HostConfig"]?["NetworkMode"]), isLive ? 1 : 0, null, true, labels,
            [
                .. one.Places.OrderBy(static place => place.Key, StringComparer.Ordinal).Select(place => new ContainerAttachment(
                    place.Key, NetworkId(place.Key), isLive ? EndpointId : "", isLive ? place.Value.Address : null, isLive ? Sample.MacOf(place.Value.Address!) : null,
                    one.IsDynamic ? null : place.Value.Address, place.Value.Aliases)),
            ],
            [.. one.Mounts])
        {
            Dns = [.. (one.Paper["HostConfig"]?["Dns"] as JsonArray ?? []).Select(MovePaper.Text)],
            RestartsByItself = MovePaper.Text(one.Paper["HostConfig"]?["RestartPolicy"]?["Name"]) is "always" or "unless-stopped",
            StartError = one.StartError,
        };
    }

    /// <summary>What engines have between them.</summary>
    internal sealed class Fleet
    {
        private int made;

        public HashSet<IPAddress> Live { get; } = [];

        public string NewId() => string.Create(CultureInfo.InvariantCulture, $"{++made:x64}");
    }

    /// <param name="paper">As <c>docker inspect</c> has it, without the networks.</param>
    internal sealed class Container(string id, string name, JsonObject paper)
    {
        public string Id => id;

        public string Name { get; set; } = name;

        public string State { get; set; } = "created";

        /// <summary>What an engine says when the swarm did not answer.</summary>
        public const string Hung = "attaching to network failed, make sure your network options are correct and check manager logs: context deadline exceeded";

        /// <summary>Why its last start failed.</summary>
        public string StartError { get; set; } = "";

        /// <summary>How many of its next requests the swarm does not answer.</summary>
        public int Hangs { get; set; }

        /// <summary>The engine keeps a request that the swarm did not answer.</summary>
        public bool HasUnansweredRequest { get; set; }

        /// <summary>Its address is not given to another.</summary>
        public bool IsKnownToSwarm { get; set; }

        public JsonObject Paper => paper;

        /// <summary>Its address was chosen by the engine, and is another after each start.</summary>
        public bool IsDynamic => ChosenBy is { } chosen && Places.GetValueOrDefault(chosen.Network) == chosen.Place;

        /// <summary>A place of which the engine chose the address.</summary>
        public (string Network, Place Place)? ChosenBy { get; set; }

        public Dictionary<string, Place> Places { get; } = new(StringComparer.Ordinal);

        public List<ContainerMount> Mounts { get; } = [];
    }

    internal sealed record Place(IPAddress? Address, ImmutableArray<string> Aliases);
}

/// <summary>The container that tests move.</summary>
internal static class Sample
{
    public const string Image = "sha256:0123";
    public const string Network = "legacy1";
    public const string NetworkId = "65c4e23feb24c927b95c12dd8fc108a77e28e157ebb15fbf74ab213f98128d44";
    public const string Secret = "correct horse battery staple";

    public static readonly string Id = new('d', 64);

    public static IPAddress Address { get; } = IPAddress.Parse("10.77.0.10");

    public static PhysicalAddress MacOf(IPAddress address) => new([0x02, 0x42, .. address.GetAddressBytes()]);

    /// <param name="host">Further parts of its <c>HostConfig</c>.</param>
    public static MovableEngine.Container Container(params (string Name, JsonNode? Value)[] host)
    {
        var container = new MovableEngine.Container(Id, "db", new JsonObject
        {
            ["Image"] = Image,
            ["Config"] = new JsonObject
            {
                ["Hostname"] = Id[..12], ["Image"] = Image, ["Env"] = new JsonArray($"PASSWORD={Secret}"), ["StopSignal"] = "SIGINT",
                ["Labels"] = new JsonObject { ["com.docker.compose.service"] = "db" },
            },
            ["HostConfig"] = new JsonObject
            {
                ["NetworkMode"] = NetworkId, ["RestartPolicy"] = new JsonObject { ["Name"] = "on-failure", ["MaximumRetryCount"] = 5 }, ["Memory"] = 1 << 20, ["IpcMode"] = "private",
            },
        })
        { State = "running" };
        foreach (var (name, value) in host)
            container.Paper["HostConfig"]![name] = value;
        container.Places[Network] = new(Address, ["database"]);
        container.ChosenBy = (Network, container.Places[Network]);
        return container;
    }
}
