using OverlayBridge.Sources.Consul;
using OverlayBridge.Sources.Dumps;

namespace OverlayBridge.Sources;

/// <summary>Opens what a STATE names. Nothing is read or connected to before the first read.</summary>
public static class SourceFactory
{
    /// <summary>Opens a STATE for reading.</summary>
    /// <exception cref="SourceException">The environment's address or token is wrong.</exception>
    public static IStateSource Open(StateUri state, SourceOptions? options = null)
    {
        options ??= new();
        var prefix = options.Prefix ?? state.DefaultPrefix;
        return state.Scheme switch
        {
            StateScheme.File => new DumpSource(state.Path, prefix, options),
            StateScheme.Bridge => new BridgeSource(Connect(state, options), prefix),
            _ => new ConsulSource(Connect(state, options), prefix),
        };
    }

    /// <summary>A client of the live store that a STATE names.</summary>
    /// <exception cref="SourceException">It is a file, or the environment's address or token is wrong.</exception>
    public static IConsulClient Connect(StateUri state, SourceOptions? options = null)
    {
        options ??= new();
        if (state.Scheme == StateScheme.File)
            throw new SourceException($"'{state}' is a file.", "A live store is needed here.", "Give bridge://HOST:8500 or consul://HOST:8500.");
        var servers = state.Servers.IsEmpty ? ConsulEnvironment.Servers(options.Environment) : state.Servers;
        return new ConsulClient(new((state with { Servers = servers }).ToString(), servers)
        {
            Token = ConsulEnvironment.Token(state.Scheme, options.Token, options.Environment),
            Limits = options.Limits,
            Time = options.Time,
            Progress = options.Progress,
        });
    }
}
