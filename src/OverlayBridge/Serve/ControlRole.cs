using System.Collections.Immutable;
using System.CommandLine;
using System.Net;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using OverlayBridge.Gateway;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Hosting;
using OverlayBridge.Serve.Relay;
using OverlayBridge.Serve.Runs;
using OverlayBridge.Serve.Takeover;
using OverlayBridge.Store;
using OverlayBridge.Store.Replication;
using OverlayBridge.Terminal;

namespace OverlayBridge.Serve;

/// <summary>A control node: the replicated store on this disk, Consul's HTTP API on it, and the watch on the hosts' heartbeats.</summary>
/// <param name="nodes">What this control node and the others know each other by.</param>
internal sealed class ControlRole(NodeAccess nodes) : IServeRole
{
    public const string RoleName = ServeOptions.Control;

    private const string DataName = ServeOptions.DataName;
    private const string HttpName = "--http";
    private const string RaftName = "--raft";
    private const string BootstrapName = "--bootstrap";
    private const string JoinName = "--join";
    private const string AdvertiseName = "--advertise-http";
    private const string PlainName = "--http-plain";
    private const string NodeNameName = "--node-name";
    private const string RemoteName = "--allow-remote-without-token";

    private const string RaftExample = "127.0.0.1:8300";

    /// <summary>As long as a host name may be.</summary>
    private const int MaxNodeName = 253;

    public string Name => RoleName;

    /// <summary>The options of this role alone, new instances at each call.</summary>
    public static IReadOnlyList<Option> Options =>
    [
        ListenAddress.Option(HttpName, "Where Consul's HTTP API, health and status are served (control)"),
        ListenAddress.Option(RaftName, "Where this node listens for the other control nodes, and the address they know it by (control)"),
        ListenAddress.ListOption(
            BootstrapName, "All first control nodes by their --raft addresses, this one included, the same on each; without it one node alone"),
        ListenAddress.ListOption(
            JoinName, "Join the cluster of these control nodes, by their --http addresses; counts while the folder is empty, instead of --bootstrap"),
        ListenAddress.Option(AdvertiseName, "Where clients and other control nodes reach --http, if that is not the address itself (control)"),
        ListenAddress.Option(PlainName, "Serve the HTTP API here as well, without TLS: for engines that speak none to the store they come from (control)"),
        new Option<string?>(NodeNameName) { Description = "What to call this control node, unique among them (control); by default the host name", HelpName = "NAME" },
        .. HistoryOptions.All,
        .. RelayRole.Options,
        new Option<bool>(RemoteName)
        {
            Description = "Listen on addresses that other machines reach although nobody has to prove anything, by token or certificate: in labs and closed networks",
        },
    ];

    /// <summary>The address to serve HTTP on.</summary>
    /// <exception cref="OperatorException">Missing, or open to other machines without leave.</exception>
    public static IPEndPoint HttpAddress(ParseResult parse, ServeAccess access) => Guarded(parse, HttpName, access);

    /// <summary>An address at which the store's API is served.</summary>
    private static IPEndPoint Guarded(ParseResult parse, string name, ServeAccess access) => Address(
        parse, name, "127.0.0.1:8500", access.Secret is not null,
        "Nobody is asked for a token: whoever reaches the address could read and change every network.", "ask for tokens with --token-file FILE");

    /// <summary>The address to serve HTTP without TLS on beside that; null for none.</summary>
    /// <exception cref="OperatorException">Open to other machines without leave, or there is no TLS at <c>--http</c>.</exception>
    public static IPEndPoint? PlainAddress(ParseResult parse, ServeAccess access)
    {
        if (parse.GetValue<IPEndPoint?>(PlainName) is null)
            return null;
        return access.IsTls
            ? Address(
                parse, PlainName, "127.0.0.1:8501", access.Secret is not null,
                "Nobody is asked for a token: whoever reaches the address could read and change every network.", "ask for tokens with --token-file FILE")
            : throw new OperatorException(
                $"{PlainName} is of no use here.", $"{HttpName} is served without TLS already.", $"Leave it out, or give {HttpName} a certificate with --tls-cert, --tls-key and --tls-ca.");
    }

    /// <summary>The addresses at which other machines reach this node's HTTP and Raft.</summary>
    public static IEnumerable<IPAddress> ReachedAt(ParseResult parse, IPEndPoint http)
    {
        var raft = parse.GetValue<IPEndPoint?>(RaftName)?.Address;
        return new[] { Advertised(parse, http).Address, raft }.OfType<IPAddress>();
    }

    public async Task RegisterAsync(IServiceCollection services, ServeContext context, CancellationToken cancellationToken)
    {
        var store = context.Own(await OpenAsync(Read(context), context, cancellationToken).ConfigureAwait(false));
        services.AddSingleton<IKeyValueStore>(store);
        services.AddSingleton<IClusterNode>(store);
        services.AddSingleton(new GatewayOptions(ProgramVersion, NodeName(context.Parse)) { HttpAddress = Advertised(context.Parse, context.Http!), Nodes = nodes, PlainAddress = AdvertisedPlain(context) });
        services.AddSingleton<ClusterLink>();
        services.AddSingleton<ConsulGateway>();
        services.AddHostedService<MemberRegistration>();
        if (context.Parse.GetValue<ImmutableArray<IPEndPoint>>(JoinName) is { IsDefaultOrEmpty: false } members)
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<JoinRequest>(provider, members));
        services.AddSingleton(TimeProvider.System);
        services.AddHostedService(provider => new StoreWatch(store, new HandOver(store, provider.GetRequiredService<ClusterLink>(), TimeProvider.System), context));
        services.AddHostedService<HostMonitor>();
        services.AddHostedService<CoordinatorService>();
        services.AddHostedService<ExecutorService>();
        services.AddHostedService<FenceGuardService>();
        RelayRole.Register(services, context.Parse, NodeName(context.Parse), context.Parse.GetValue<string?>(DataName)!);
        if (RelayRole.Address(context.Parse) is not null)
            Guarded(context.Parse, RelayRole.ListenName, context.Access);
    }

    public void TellStarted(ServeContext context) => ControlStart.Tell(context);

    public OperatorException? WhyNotStarted(ServeContext context, Exception error) => ControlStart.WhyNot(context, error);

    private static string ProgramVersion =>
        typeof(ControlRole).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private static string NodeName(ParseResult parse)
    {
        var name = parse.GetValue<string?>(NodeNameName) ?? Environment.MachineName;
        return name.Length is > 0 and <= MaxNodeName && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            ? name
            : throw new OperatorException(
                $"'{name}' cannot be the name of a control node.",
                "Consul's clients see it as the name of their node.",
                $"Give one of letters, digits, '.', '-' and '_' with {NodeNameName}.");
    }

    /// <summary>A node that listens on all addresses is reached at the one that the other members know it by.</summary>
    private static IPEndPoint Advertised(ParseResult parse, IPEndPoint http) => parse.GetValue<IPEndPoint?>(AdvertiseName)
        ?? (http.Address.Equals(IPAddress.Any) || http.Address.Equals(IPAddress.IPv6Any)
            ? new IPEndPoint(parse.GetValue<IPEndPoint?>(RaftName)?.Address ?? throw Missing(RaftName, RaftExample), http.Port)
            : http);

    private static IPEndPoint? AdvertisedPlain(ServeContext context) => PlainAddress(context.Parse, context.Access) switch
    {
        { } plain when plain.Address.Equals(IPAddress.Any) || plain.Address.Equals(IPAddress.IPv6Any) =>
            new IPEndPoint(Advertised(context.Parse, context.Http!).Address, plain.Port),
        var plain => plain,
    };

    private StoreOptions Read(ServeContext context)
    {
        var parse = context.Parse;
        var raft = Address(
            parse, RaftName, RaftExample, context.Access.IsTls,
            "Without TLS whoever reaches the address is taken for a control node, and could replace everything in the store.",
            "let the nodes prove themselves with --tls-cert, --tls-key and --tls-ca");
        var members = parse.GetValue<ImmutableArray<IPEndPoint>>(BootstrapName);
        if (!members.IsDefaultOrEmpty && !members.Contains(raft))
            throw new OperatorException(
                $"{BootstrapName} does not name this node.",
                $"{RaftName} is {raft}, but {BootstrapName} lists {string.Join(", ", members)}.",
                "List all first control nodes, this one included, the same on each.");
        var joins = !parse.GetValue<ImmutableArray<IPEndPoint>>(JoinName).IsDefaultOrEmpty;
        if (joins && !members.IsDefaultOrEmpty)
            throw new OperatorException(
                $"{BootstrapName} and {JoinName} exclude each other.",
                "The one begins a new cluster, the other joins one that is there.",
                $"Give {BootstrapName} to the first nodes at their first start, and {JoinName} to every later one.");
        return new StoreOptions
        {
            WaitsToBeAdded = joins,
            DataFolder = parse.GetValue<string?>(DataName) ?? throw Missing(DataName, "/var/lib/overlaybridge"),
            RaftAddress = raft,
            Certificates = nodes.Certificates,
            FirstMembers = members.IsDefault ? [] : members,
            History = HistoryOptions.Read(parse),
        };
    }

    private async Task<ReplicatedStore> OpenAsync(
        StoreOptions options, ServeContext context, CancellationToken cancellationToken)
    {
        // The engine makes its files with the process's defaults; what is in them is nobody else's business.
        OwnerOnlyFiles.Enforce();
        try
        {
            if (options.WaitsToBeAdded && ReplicatedStore.IsEmpty(options.DataFolder))
                await JoinRequest.LeaveFirstAsync(options.RaftAddress, context.Parse.GetValue<ImmutableArray<IPEndPoint>>(JoinName), nodes, cancellationToken).ConfigureAwait(false);
            if (!options.FirstMembers.IsEmpty && ReplicatedStore.IsEmpty(options.DataFolder))
                await FirstStart.RefuseReturnAsync(options.RaftAddress, options.FirstMembers, Advertised(context.Parse, context.Http!), nodes, cancellationToken).ConfigureAwait(false);
            return await ReplicatedStore.OpenAsync(options, TimeProvider.System, context.Loggers, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (StoreStartException e)
        {
            throw new OperatorException(e.What, e.Why, e.Remedy, inner: e);
        }
    }

    /// <param name="isGuarded">Who reaches it from another machine has to prove something.</param>
    private static IPEndPoint Address(ParseResult parse, string name, string example, bool isGuarded, string danger, string remedy)
    {
        var address = parse.GetValue<IPEndPoint?>(name) ?? throw Missing(name, example);
        if (IPAddress.IsLoopback(address.Address) || isGuarded || parse.GetValue<bool>(RemoteName))
            return address;
        throw new OperatorException(
            $"{name} {address} would be open to other machines.", danger, $"Listen on 127.0.0.1, or {remedy}; in a lab or closed network allow it with {RemoteName}.");
    }

    private static OperatorException Missing(string name, string example) =>
        new($"{name} is missing.", "The control role cannot do without it.", $"Give it, for example: {name} {example}");
}
