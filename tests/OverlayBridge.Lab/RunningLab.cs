using System.Net;
using OverlayBridge.Lab.Consul;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Lab.Nodes;
using OverlayBridge.Lab.Stores;

namespace OverlayBridge.Lab;

/// <summary>
/// Real engines, a swarm and a Consul on this machine, each host a set of namespaces on a switch without a way out.
/// Disposing it takes it down; so does the end of this process, however it comes about.
/// </summary>
public sealed class RunningLab : IAsyncDisposable
{
    private static readonly TimeSpan DownLimit = TimeSpan.FromSeconds(60);

    private readonly LabFolder _folder;
    private readonly LabOptions _options;
    private readonly Fabric _fabric;
    private Ownership? _ownership;

    private RunningLab(LabOptions options)
    {
        _options = options;
        _folder = new LabFolder(options.Name);
        _fabric = new Fabric(_folder);
        Kv = new LabNode(_folder, "kv", IPAddress.Parse("172.31.0.250"), _fabric);
        Consul = options.HasConsul ? new ConsulServer(Kv, options.StoreAddress) : null;
        Store = options.StoreToStart switch
        {
            LabStore.Etcd => new EtcdServer(Kv),
            LabStore.ZooKeeper => new ZooKeeperServer(Kv),
            _ => Consul,
        };
        Hosts = [.. Enumerable.Range(1, options.Legacy + options.Swarm).Select(number => new LabHost(
            _folder, $"h{number}", IPAddress.Parse($"172.31.0.{number}"), _fabric,
            number <= options.Legacy ? EngineRelease.Legacy : EngineRelease.Modern))];
        PlainNodes = [.. Enumerable.Range(1, options.Plain).Select(number => new LabNode(
            _folder, $"n{number}", IPAddress.Parse($"172.31.0.{100 + number}"), _fabric))];
    }

    public string Name => _folder.Name;

    /// <summary>Everything the lab has on disk.</summary>
    public string Folder => _folder.Path;

    /// <summary>All hosts, h1 first: the legacy ones, then the swarm ones.</summary>
    public IReadOnlyList<LabHost> Hosts { get; }

    public IReadOnlyList<LabHost> LegacyHosts => [.. Hosts.Where(host => host.IsLegacy)];

    /// <summary>The first is the manager.</summary>
    public IReadOnlyList<LabHost> SwarmHosts => [.. Hosts.Where(host => !host.IsLegacy)];

    /// <summary>Nodes without an engine, n1 first.</summary>
    public IReadOnlyList<LabNode> PlainNodes { get; }

    /// <summary>The node for stores: Consul, and whatever control node a test starts there.</summary>
    public LabNode Kv { get; }

    /// <summary>The store, if it is a Consul.</summary>
    public ConsulServer? Consul { get; }

    /// <summary>The store of the legacy hosts.</summary>
    public ILabStore? Store { get; }

    /// <param name="name">h1, h2…</param>
    public LabHost Host(string name) => Hosts.Single(host => host.Name == name);

    /// <summary>Every node by name: h1…, n1…, kv, fabric.</summary>
    public IReadOnlyDictionary<string, LabNode> Nodes =>
        Hosts.Concat(PlainNodes).Append(Kv).Append(_fabric.Node).ToDictionary(node => node.Name);

    /// <summary>Brings a lab up. What a crashed lab of the same name left behind is removed first.</summary>
    /// <exception cref="LabException">It could not be brought up, or is up already. Nothing of the attempt remains.</exception>
    /// <exception cref="AggregateException">It could not be brought up, and what it came to could not be taken down.</exception>
    public static async Task<RunningLab> UpAsync(
        LabOptions options, CancellationToken cancellationToken, IProgress<string>? progress = null)
    {
        options.Validate();
        Installation.Require();
        var lab = new RunningLab(options);
        await lab.TakeOverAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await lab.StartAsync(progress, cancellationToken).ConfigureAwait(false);
            return lab;
        }
        catch (Exception failure)
        {
            await lab.GiveUpAsync(failure).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The lab that another process brought up and left running.</summary>
    public static RunningLab Attach(string name)
    {
        LabOptions.ValidateName(name);
        var state = new LabFolder(name).ReadState() ?? throw new LabException(
            $"there is no lab named {name}", "it was not brought up, or is not yet complete",
            LabFolder.Names is [] ? "bring one up" : $"labs here: {string.Join(", ", LabFolder.Names)}");
        return new RunningLab(new LabOptions { Name = name, Legacy = state.Legacy, Swarm = state.Swarm, Consul = state.Consul, Store = state.Store, Plain = state.Plain });
    }

    /// <summary>Removes a lab, or what a crash left of it. Gives false when there was nothing.</summary>
    public static async Task<bool> DownAsync(string name, CancellationToken cancellationToken)
    {
        LabOptions.ValidateName(name);
        var folder = new LabFolder(name);
        var existed = folder.Exists;
        await Teardown.RunAsync(folder, cancellationToken).ConfigureAwait(false);
        return existed;
    }

    /// <summary>Lets the lab go on when this process ends, for others to attach to and take down.</summary>
    public async Task DetachAsync()
    {
        _folder.WriteState(new LabState(_options.Legacy, _options.Swarm, _options.Consul, _options.Store, _options.Plain));
        await ReleaseAsync().ConfigureAwait(false);
    }

    /// <summary>Takes the lab down, if this process owns it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ownership is null)
            return;
        try
        {
            if (_options.KeepLogsIn is { } target)
                _folder.CopyLogs(target);
        }
        finally
        {
            using var limit = new CancellationTokenSource(DownLimit);
            await Teardown.RunAsync(_folder, limit.Token).ConfigureAwait(false);
            await ReleaseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Takes down what there is; a failure of that stands beside the one that it is given up for.</summary>
    private async Task GiveUpAsync(Exception failure)
    {
        try
        {
            await DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception teardown)
        {
            throw new AggregateException(failure, teardown);
        }
    }

    private async Task ReleaseAsync()
    {
        if (_ownership is not null)
            await _ownership.DisposeAsync().ConfigureAwait(false);
        _ownership = null;
    }

    private async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        if (_folder.ReadState() is not null && _fabric.Node.IsUp)
        {
            throw new LabException(
                $"lab {Name} was not started", "it is up already", $"use it, or take it down first: down --name {Name}");
        }

        using (_folder.TakeOwnership())
            await Teardown.RunAsync(_folder, cancellationToken).ConfigureAwait(false);
        _ownership = Ownership.Take(_folder);
    }

    private async Task StartAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder.DockerConfigPath);
        await File.WriteAllTextAsync(
            $"{_folder.DockerConfigPath}/config.json",
            $$"""{"cliPluginsExtraDirs": ["{{Path.GetDirectoryName(Installation.ComposeV2Path)}}"]}""", cancellationToken).ConfigureAwait(false);
        await _fabric.StartAsync(cancellationToken).ConfigureAwait(false);
        progress?.Report("switch and name server are up");
        var consul = StartKvAsync(progress, cancellationToken);
        await Task.WhenAll([
            StartLegacyAsync(consul, progress, cancellationToken), StartSwarmAsync(progress, cancellationToken), consul,
            .. PlainNodes.Select(node => node.BootAsync(cancellationToken)),
        ]).ConfigureAwait(false);
    }

    private async Task StartKvAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        await Kv.BootAsync(cancellationToken).ConfigureAwait(false);
        if (Store is null)
            return;
        if (_options.StoreAddress is { } address)
            await Kv.AddAddressAsync(address, cancellationToken).ConfigureAwait(false);
        await Store.StartAsync(cancellationToken).ConfigureAwait(false);
        progress?.Report($"{Store.Program} is up at {Store.State}");
    }

    private Task StartLegacyAsync(Task consul, IProgress<string>? progress, CancellationToken cancellationToken) =>
        Task.WhenAll(LegacyHosts.Select(async host =>
        {
            await host.BootAsync(cancellationToken).ConfigureAwait(false);
            await consul.ConfigureAwait(false); // an engine that misses its store at first tries again after 20 s
            await host.InstallAsync(Consul?.EngineState ?? Store!.State, cancellationToken).ConfigureAwait(false);
            progress?.Report($"{host.Name} is up: engine {host.Release.Version} on {Store!.Program}");
        }));

    private async Task StartSwarmAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        await Task.WhenAll(SwarmHosts.Select(async host =>
        {
            await host.BootAsync(cancellationToken).ConfigureAwait(false);
            await host.InstallAsync(clusterStore: null, cancellationToken).ConfigureAwait(false);
        })).ConfigureAwait(false);
        if (SwarmHosts is not [var manager, ..])
            return;
        await manager.DockerAsync(["swarm", "init", "--advertise-addr", $"{manager.Address}"], cancellationToken).ConfigureAwait(false);
        var token = await manager.DockerAsync(["swarm", "join-token", "--quiet", "worker"], cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(SwarmHosts.Skip(1).Select(worker => worker.DockerAsync(
            ["swarm", "join", "--token", token, $"{manager.Address}:2377"], cancellationToken))).ConfigureAwait(false);
        progress?.Report($"{string.Join(", ", SwarmHosts.Select(host => host.Name))} are up: engine {manager.Release.Version}, one swarm");
    }
}
