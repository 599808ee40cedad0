using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using OverlayBridge.Engines;
using OverlayBridge.Engines.Watch;
using OverlayBridge.Migration.Agent.Mirroring;
using OverlayBridge.Names.Serving;

namespace OverlayBridge.Migration.Agent.Naming;

/// <summary>
/// Serves names on this host, and keeps what is answered as new as the store and the engine are. While one of them is away, what was known last is
/// answered.
/// </summary>
internal sealed class NamesLoop(IEngine engine, NameListening listening, string resolvConf, TimeProvider time, ILogger log)
{
    /// <summary>How often the address is looked for while it is not there.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>How often the address is looked at while it is served, and the host's resolv.conf read again.</summary>
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(5);

    /// <summary>Between two views while names come and go: each is made from all that is known.</summary>
    private static readonly TimeSpan ViewPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Between two questions to the engine while containers come and go: until then newcomers are answered as strangers of the host are.</summary>
    private static readonly TimeSpan MemberPause = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan MemberRecheck = TimeSpan.FromSeconds(30);

    private readonly Wakeup engineChanged = new();
    private readonly Wakeup viewChanged = new();
    private BridgeState? state;
    private HostView? view;
    private Members members = new([]);
    private Serving? served;

    /// <summary>What the store says.</summary>
    public void Use(BridgeState latest)
    {
        Volatile.Write(ref state, latest);
        viewChanged.Wake();
    }

    /// <summary>What the engine of this host shows.</summary>
    public void Use(HostView latest)
    {
        Volatile.Write(ref view, latest);
        engineChanged.Wake();
        viewChanged.Wake();
    }

    public Task RunAsync(CancellationToken token) => Task.WhenAll(ServeAsync(token), AskMembersAsync(token), BuildAsync(token));

    private async Task ServeAsync(CancellationToken token)
    {
        string? told = null;
        while (true)
        {
            if (NamePlace.Find(listening) is { } place)
                try
                {
                    using var listener = NameServer.Listen(place.EndPoint, asker => MayAsk(place, asker), time, log);
                    log.LogInformation("Names are served on {EndPoint} for {Askers}", listener.EndPoint, place.Askers);
                    told = null;
                    await ServeAsync(listener, place, token);
                }
                catch (SocketException failure) when (failure.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable or SocketError.AccessDenied)
                {
                    if (told != failure.Message)
                        log.LogWarning("Names cannot be served on {EndPoint}: {Reason}. It is tried again until it works; --dns chooses another address.", place.EndPoint, failure.Message);
                    told = failure.Message;
                }
            await Task.Delay(Look, time, token);
        }
    }

    /// <summary>
    /// Everybody on a bridge of this host: with the server in daemon.json also containers ask it that are on no overlay.
    /// </summary>
    private bool MayAsk(NamePlace place, IPAddress asker) =>
        place.Askers.Contains(asker) ||
        (Volatile.Read(ref view) is { } known && known.Networks.Values.Any(network => network.Driver == "bridge" && network.Subnets.Any(subnet => subnet.Contains(asker))));

    /// <summary>Serves until the address is another one.</summary>
    private async Task ServeAsync(NameServer listener, NamePlace place, CancellationToken token)
    {
        Volatile.Write(ref served, new(listener, place));
        viewChanged.Wake();
        using var here = CancellationTokenSource.CreateLinkedTokenSource(token);
        var serving = listener.RunAsync(here.Token);
        while (!serving.IsCompleted && (NamePlace.Find(listening) ?? place) == place)
            await Task.WhenAny(serving, Task.Delay(Recheck, time, token));
        Volatile.Write(ref served, null);
        await here.CancelAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        token.ThrowIfCancellationRequested();
        if (serving.IsFaulted)
            await serving;
    }

    /// <summary>Who has which address on the bridge: events do not tell, so the engine is asked whenever they tell of anything.</summary>
    private async Task AskMembersAsync(CancellationToken token)
    {
        while (true)
        {
            await engineChanged.WaitAsync(MemberRecheck, time, token);
            try
            {
                var latest = await engine.MembersAsync(NameListening.Bridge, token);
                if (!latest.SequenceEqual(Volatile.Read(ref members).All))
                {
                    Volatile.Write(ref members, new(latest));
                    viewChanged.Wake();
                }
            }
            catch (EngineException failure)
            {
                log.LogDebug("Who is on {Bridge} is not known anew: {Reason}", NameListening.Bridge, failure.Message); // The watch tells of an engine that is away.
            }
            await Task.Delay(MemberPause, time, token);
        }
    }

    private async Task BuildAsync(CancellationToken token)
    {
        ImmutableArray<IPAddress> hostServers = [];
        while (true)
        {
            var isChanged = await viewChanged.WaitAsync(Recheck, time, token);
            var servers = HostServers();
            if (Volatile.Read(ref served) is not { } serving || (!isChanged && servers.SequenceEqual(hostServers)))
                continue;
            hostServers = servers;
            serving.Server.Use(NameViews.Build(Volatile.Read(ref state), Volatile.Read(ref view), Volatile.Read(ref members).All, servers, serving.Place));
            await Task.Delay(ViewPause, time, token);
        }
    }

    private ImmutableArray<IPAddress> HostServers()
    {
        try
        {
            return ResolvConf.Servers(File.ReadAllText(resolvConf));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.LogDebug("{File} cannot be read: {Reason}", resolvConf, failure.Message); // A host without one has no servers.
            return [];
        }
    }

    private sealed record Serving(NameServer Server, NamePlace Place);

    private sealed record Members(ImmutableArray<EngineMember> All);
}
