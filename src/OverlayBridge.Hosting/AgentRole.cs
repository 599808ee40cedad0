using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OverlayBridge.DataPlane.Namespaces;
using OverlayBridge.DataPlane.PathProbing;
using OverlayBridge.DataPlane.Redirect;
using OverlayBridge.Engines;
using OverlayBridge.Engines.Docker;
using OverlayBridge.Migration.Agent;
using OverlayBridge.Migration.Agent.Naming;
using OverlayBridge.Migration.Agent.Tasks;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Terminal;

namespace OverlayBridge.Hosting;

/// <summary>An agent: follows this host's Docker engine, and stitches the overlay namespaces on this host.</summary>
public sealed class AgentRole : IServeRole
{
    /// <summary>As in <c>--roles</c>.</summary>
    public const string RoleName = ServeOptions.Agent;

    private const string DataName = ServeOptions.DataName;
    private const string StoreName = "--store";
    private const string EngineName = "--engine";
    private const string HostNameName = "--host-name";
    private const string VtepName = "--vtep";
    private const string NetnsName = "--netns";
    private const string DnsName = "--dns";
    private const string ControlName = "--engine-control";
    private const string DefaultEngine = "unix:///var/run/docker.sock";
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    /// <inheritdoc/>
    public string Name => RoleName;

    /// <summary>The options of this role alone, new instances at each call.</summary>
    public static IReadOnlyList<Option> Options =>
    [
        new Option<string?>(StoreName) { Description = "The control nodes (agent); by default the one of this process", HelpName = "bridge://HOST:PORT[,…]" },
        new Option<string?>(EngineName) { Description = $"The Docker engine (agent); by default DOCKER_HOST or {DefaultEngine}", HelpName = "URI" },
        new Option<string?>(HostNameName) { Description = "What to call this host, unique among the agents (agent); by default the host name", HelpName = "NAME" },
        new Option<IPAddress?>(VtepName)
        {
            Description = "The address at which other hosts reach this host's VXLAN port (agent): that of --cluster-advertise or --advertise-addr",
            HelpName = "IP",
            CustomParser = ParseVtep,
        },
        new Option<string>(DnsName)
        {
            Description = "Serve names to this host's containers (agent): on an address of the host, on that of docker_gwbridge (auto), or not (none)",
            HelpName = "auto|none|IP[:PORT]",
            DefaultValueFactory = static _ => "auto",
            Validators =
            {
                static result =>
                {
                    if (result.Tokens is [.., var token] && !TryNames(token.Value, out _))
                        result.AddError($"'{token.Value}' is no IPv4 address of this host, nor auto or none.");
                },
            },
        },
        new Option<string?>(ControlName)
        {
            Description = "How the engine is stopped, started and configured (agent): a JSON file of commands; by default systemctl and /etc/docker/daemon.json",
            HelpName = "FILE",
        },
        new Option<string>(NetnsName)
        {
            Description = "Where the engine keeps its network namespaces (agent)",
            HelpName = "DIR",
            DefaultValueFactory = static _ => "/run/docker/netns",
        },
    ];

    /// <inheritdoc/>
    public Task RegisterAsync(IServiceCollection services, ServeContext context, CancellationToken cancellationToken)
    {
        var options = Read(context.Parse);
        options = options with { AgentId = context.Own(AgentFolder.Open(options.DataFolder)).AgentId() };
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(Engine(context.Parse));
        services.AddSingleton<IEngine>(static provider => provider.GetRequiredService<DockerEngine>());
        services.AddSingleton<IEngineControl>(static provider => provider.GetRequiredService<DockerEngine>());
        services.AddSingleton<IContainerMoves>(static provider => provider.GetRequiredService<DockerEngine>());
        services.AddSingleton(Store(context, options.HostName));
        services.AddSingleton<INamespaces>(new OverlayNamespaces(options.NamespaceFolder));
        services.AddSingleton<IPathProbes>(new PathProbes(options.NamespaceFolder));
        services.AddSingleton(new HostNetwork());
        if (context.Roles.Count == 1) // A control node's heartbeats do not wait for a whole collection.
            services.AddSingleton<ICollector, RuntimeCollector>().AddHostedService<MemoryTrim>();
        services.AddHostedService(provider => new AgentService(provider, File.ReadAllText(BootIdFile).Trim(), context));
        return Task.CompletedTask;
    }

    private static AgentOptions Read(ParseResult parse)
    {
        var name = parse.GetValue<string?>(HostNameName) ?? Environment.MachineName;
        if (!BridgeKeys.IsSegment(name))
            throw new OperatorException(
                $"'{name}' cannot be the name of a host.",
                "It stands in keys of the store.",
                $"Give one of letters, digits, '.', '-' and '_' with {HostNameName}.");
        var data = parse.GetValue<string?>(DataName) ?? throw Missing(DataName, "/var/lib/overlaybridge");
        return new AgentOptions(
            name,
            parse.GetValue<IPAddress?>(VtepName) ?? throw Missing(VtepName, "10.0.0.7"),
            parse.GetValue<string>(NetnsName)!,
            Path.Combine(data, RoleName),
            typeof(AgentRole).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion)
        {
            Names = TryNames(parse.GetRequiredValue<string>(DnsName), out var names) ? names : null,
            Engine = ReadControl(parse),
        };
    }

    private static EngineControl ReadControl(ParseResult parse)
    {
        if (parse.GetValue<string?>(ControlName) is not { } path)
            return EngineControl.Systemd;
        try
        {
            return EngineControl.Read(path);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new OperatorException(
                $"{path} does not tell how the engine is controlled.",
                e.Message,
                """Write, for example: {"daemonJson": "/etc/docker/daemon.json", "stop": ["systemctl", "stop", "docker"], "start": ["systemctl", "start", "docker"]}""",
                inner: e);
        }
    }

    private static bool TryNames(string text, out NameListening? names)
    {
        names = text == "auto" ? NameListening.Auto : null;
        if (text is "auto" or "none")
            return true;
        if (!IPEndPoint.TryParse(text, out var address) || address.AddressFamily != AddressFamily.InterNetwork || address.Address.Equals(IPAddress.Any) || text.Count(static c => c == '.') != 3)
            return false;
        names = new(address.Address, address.Port == 0 ? NameListening.DefaultPort : address.Port);
        return true;
    }

    private static DockerEngine Engine(ParseResult parse)
    {
        var text = parse.GetValue<string?>(EngineName) ?? CommandOutput.SurroundingsOf(parse).Variable("DOCKER_HOST");
        if (string.IsNullOrEmpty(text))
            text = DefaultEngine;
        try
        {
            return new DockerEngine(new Uri(text, UriKind.RelativeOrAbsolute));
        }
        catch (Exception e) when (e is EngineException or UriFormatException)
        {
            throw new OperatorException(
                $"'{text}' names no Docker engine.",
                (e as EngineException)?.Cause ?? e.Message,
                $"Give {DefaultEngine} or tcp://HOST:2375 with {EngineName}.",
                inner: e);
        }
    }

    private static AgentStore Store(ServeContext context, string host)
    {
        var text = context.Parse.GetValue<string?>(StoreName) ?? (context.Http is { } own ? $"bridge://{Reachable(own)}" : throw Missing(StoreName, "bridge://10.0.0.5:8500"));
        try
        {
            var (state, access) = (StateUri.Parse(text), context.Access.ForAgent(host));
            return new AgentStore(SourceFactory.Connect(state, access), SourceFactory.Connect(state, access with { LeaderPatience = TimeSpan.Zero }));
        }
        catch (SourceException e)
        {
            throw new OperatorException(e.Message, e.Cause, e.Remedy, inner: e);
        }
    }

    /// <summary>A process that listens on all addresses is reached at loopback.</summary>
    private static IPEndPoint Reachable(IPEndPoint http) =>
        http.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, http.Port)
        : http.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, http.Port)
        : http;

    private static IPAddress? ParseVtep(ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;
        if (IPAddress.TryParse(text, out var address) && !IPAddress.IsLoopback(address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any))
            return address;
        result.AddError($"'{text}' is no address at which other hosts reach this one.");
        return null;
    }

    private static OperatorException Missing(string name, string example) =>
        new($"{name} is missing.", "The agent role cannot do without it.", $"Give it, for example: {name} {example}");
}
