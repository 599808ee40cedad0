using OverlayBridge.Sources.Consul;
using OverlayBridge.Sources.Dumps;
using OverlayBridge.Sources.Etcd;
using OverlayBridge.Sources.Tls;
using OverlayBridge.Sources.ZooKeeper;

namespace OverlayBridge.Sources;

/// <summary>Opens what a STATE names. Nothing is read or connected to before the first read.</summary>
public static class SourceFactory
{
    /// <summary>Opens a STATE for reading.</summary>
    /// <exception cref="SourceException">An address, a secret or a file for TLS, of the environment or the options, is wrong.</exception>
    public static IStateSource Open(StateUri state, SourceOptions? options = null)
    {
        options ??= new();
        var prefix = options.Prefix ?? state.DefaultPrefix;
        if (state.Moment is { } moment)
            return new PastSource(new ConsulClient(ConsulOptions(state, tls: false, options)), prefix, moment);
        return state.Scheme == StateScheme.File
            ? new DumpSource(state.Path, prefix, options)
            : OpenWritable(state, options);
    }

    /// <summary>Opens a live store for reading and for changes by CAS.</summary>
    /// <exception cref="SourceException">It is a file, or as <see cref="Open"/>.</exception>
    public static IWritableSource OpenWritable(StateUri state, SourceOptions? options = null)
    {
        options ??= new();
        var prefix = options.Prefix ?? state.DefaultPrefix;
        return state.Scheme switch
        {
            StateScheme.Bridge => new BridgeSource(Connect(state, options), prefix),
            StateScheme.Etcd => new EtcdSource(EtcdOptions(state, options), prefix),
            StateScheme.ZooKeeper => new ZooKeeperSource(ZooKeeperOptions(state, options), prefix),
            _ => new ConsulSource(Connect(state, options), prefix),
        };
    }

    /// <summary>A client of the Consul or the cluster that a STATE names.</summary>
    /// <exception cref="SourceException">It is neither, or the environment's address or token is wrong.</exception>
    public static IConsulClient Connect(StateUri state, SourceOptions? options = null)
    {
        options ??= new();
        RefusePast(state);
        if (state.Scheme is not (StateScheme.Consul or StateScheme.Bridge))
            throw new SourceException(
                $"'{state}' is {(state.Scheme == StateScheme.File ? "a file" : "no store with Consul's API")}.", "A live store with Consul's API is needed here.",
                "Give bridge://HOST:8500 or consul://HOST:8500.");
        var (servers, tls) = state.Servers.IsEmpty ? ConsulEnvironment.Servers(options.Environment) : (state.Servers, false);
        return new ConsulClient(ConsulOptions(state with { Servers = servers }, tls, options));
    }

    /// <summary>A client of the control nodes that a STATE names, for what operators do with them.</summary>
    /// <param name="patience">Longest wait for an answer; null for the usual one.</param>
    /// <exception cref="SourceException">It names no control nodes, or the token is wrong.</exception>
    public static ClusterClient ConnectCluster(StateUri state, SourceOptions options, TimeSpan? patience = null)
    {
        if (state.Scheme != StateScheme.Bridge)
            throw new SourceException($"'{state}' is no control node of overlaybridge.", "Only a cluster of these can be asked here.", "Give bridge://HOST:PORT.");
        RefusePast(state);
        var client = ConsulOptions(state, tls: false, options);
        return new ClusterClient(patience is { } limit ? client with { ConnectTimeout = limit, AnswerTimeout = limit, LeaderPatience = limit } : client);
    }

    /// <summary>A client of what control nodes remember of changes.</summary>
    /// <exception cref="SourceException">The STATE names no control nodes, or the token is wrong.</exception>
    public static HistoryClient ConnectHistory(StateUri state, SourceOptions options)
    {
        if (state.Scheme != StateScheme.Bridge)
            throw new SourceException($"'{state}' keeps no history.", "Only the control nodes of overlaybridge remember who changed what.", "Give bridge://HOST:PORT.");
        RefusePast(state);
        return new HistoryClient(ConsulOptions(state, tls: false, options));
    }

    private static void RefusePast(StateUri state)
    {
        if (state.Moment is not null)
            throw new SourceException(
                $"'{state}' is a moment of the past.", "It can be read by 'diff', 'inspect', 'audit', 'dump', 'report' and 'import', and nothing else.",
                $"Give it without the @ and the index: {state with { Moment = null }}.");
    }

    /// <summary>Whether a Consul or cluster is spoken to by TLS.</summary>
    /// <exception cref="SourceException">The environment's address is wrong.</exception>
    public static bool IsTls(StateUri state, SourceOptions options) =>
        ConsulOptions(state, state.Servers.IsEmpty && ConsulEnvironment.Servers(options.Environment).Tls, options).Tls is not null;

    /// <summary>The token for bridge://, from wherever it comes; null for none.</summary>
    /// <exception cref="SourceException">It cannot be read, or cannot be a token.</exception>
    public static string? BridgeToken(SourceOptions options) => StoreSecret.Token(StateScheme.Bridge, options);

    private static ConsulClientOptions ConsulOptions(StateUri state, bool tls, SourceOptions options) => new(state.ToString(), state.Servers)
    {
        Token = StoreSecret.Token(state.Scheme, options),
        Tls = TlsEnvironment.Of(state.Scheme, tls, state.Scheme == StateScheme.Bridge ? options.BridgeTls : options.Tls, options.Environment),
        Program = options.Program,
        LeaderPatience = options.LeaderPatience ?? ConsulClientOptions.UsualLeaderPatience,
        Limits = options.Limits,
        Time = options.Time,
        Progress = options.Progress,
    };

    private static EtcdClientOptions EtcdOptions(StateUri state, SourceOptions options)
    {
        var (servers, tls) = state.Servers.IsEmpty ? EtcdEnvironment.Servers(options.Environment) : (state.Servers, false);
        return new((state with { Servers = servers }).ToString(), servers)
        {
            Credentials = StoreSecret.Credentials(state.Scheme, options),
            Tls = TlsEnvironment.Of(state.Scheme, tls, options.Tls, options.Environment),
            Limits = options.Limits,
            Time = options.Time,
            Progress = options.Progress,
        };
    }

    private static ZooKeeperOptions ZooKeeperOptions(StateUri state, SourceOptions options) => options.Tls is not null
        ? throw new SourceException(
            $"'{state}' cannot be read by TLS.", "The engines' client never spoke TLS to ZooKeeper, and this one does not either.",
            "Leave the options for TLS out. Where another store of the same command needs them, set its environment variables instead, such as CONSUL_HTTP_SSL.")
        : new(state.ToString(), state.Servers)
        {
            Digest = StoreSecret.Credentials(state.Scheme, options),
            Limits = options.Limits,
            Time = options.Time,
            Progress = options.Progress,
        };
}
