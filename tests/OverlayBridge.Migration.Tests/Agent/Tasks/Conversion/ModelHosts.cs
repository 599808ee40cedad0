using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.DataPlane.Netlink;
using OverlayBridge.Engines;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>Model hosts for tests: legacy, with a few containers on one or two overlays.</summary>
internal static class ModelHosts
{
    public const string Daemon = """{"data-root": "/data", "cluster-store": "consul://10.0.0.5:8500", "cluster-advertise": "10.0.0.1:2376"}""";

    public static ConversionGoal Goal { get; } = new("m1", null, [Network("appnet", 'a'), Network("backnet", 'b')]);

    public static ConversionNetwork Network(string name, char digit) => new(name, new string(digit, 64), $"swarm-{name}");

    /// <summary>On appnet, by the network's id as newer Compose has it where <paramref name="byId"/>.</summary>
    public static ContainerDetail Container(string name, int number, bool isRunning = true, bool byId = false, bool onBoth = false, bool isFixed = false) => new(
        name.PadRight(64, '0'), name, "lab:1", isRunning ? "running" : "exited", byId ? Goal.Networks[0].LegacyId : "appnet", isRunning ? 100 + number : 0, null, HasInit: true,
        ImmutableSortedDictionary<string, string>.Empty,
        [Attachment(Goal.Networks[0], 60, number, isRunning, isFixed), .. onBoth ? (ContainerAttachment[])[Attachment(Goal.Networks[1], 61, number, isRunning, isFixed)] : []], []);

    public static ModelHost Legacy(params IEnumerable<ContainerDetail> containers)
    {
        var all = containers.ToImmutableSortedDictionary(static c => c.Id, static c => c, StringComparer.Ordinal);
        var host = new ModelHost(
            new EngineSetup("engine1", "20.10.5+dfsg1", "consul://10.0.0.5:8500", "/data", "x86_64", false, "", "inactive", false),
            Runs: true, "20.10.5+dfsg1", all, Daemon, [], [], null);
        return host with { EngineRecords = [.. LegacyEndpoints.Engines(NotesOf(host).Before)] };
    }

    public static ConversionNotes NotesOf(ModelHost host) =>
        ConversionSaving.NotesOf(host.Look(), Goal, "h1", [IPAddress.Parse("172.18.0.1"), IPAddress.Parse("10.0.0.53")], DateTimeOffset.UnixEpoch);

    private static ContainerAttachment Attachment(ConversionNetwork network, byte net, int number, bool isRunning, bool isFixed)
    {
        var address = new IPAddress([10, net, 0, (byte)number]);
        return new(
            network.Name, network.LegacyId, isRunning ? $"e{net}{number}" : "", isRunning ? address : null,
            isRunning ? new PhysicalAddress([0x02, 0x42, .. address.GetAddressBytes()]) : null, isFixed ? address : null, [$"alias{number}"]);
    }
}

/// <summary>A model host whose agent, or engine, dies when the schedule says so: before a move, in the middle of it, or after it.</summary>
/// <param name="deaths">One for each move: 0 none, 1 before, 2 in the middle, 3 after, 4 the engine before, 5 the same and whatever looks after engines starts it at once,
/// 6 the engine before, and the first attachment after it was started again hangs.</param>
internal sealed class DyingEdge(ModelHost host, ConversionGoal goal, Queue<int> deaths, Func<ModelHost, ConversionNotes> save) : IChangeEdge<HostSituation, HostMove>
{
    public ModelHost Host { get; private set; } = host;

    /// <summary>Refusals of an engine in the swarm that are still to come.</summary>
    private int hanging;

    public int Deaths { get; private set; }

    /// <summary>How often the step gave up, so that somebody had to repeat it.</summary>
    public int Failures { get; private set; }

    public List<HostMove> Moves { get; } = [];

    public ConversionNotes? Notes => Host.Notes;

    /// <summary>Until the host is there, however often its agent dies.</summary>
    /// <param name="mostMoves">A person changes her mind after so many.</param>
    public static async Task<DyingEdge> RunAsync(
        ModelHost host, Func<HostSituation, ConversionNotes?, ConversionGoal, HostMove?> decide, int[] deaths, int mostMoves, ConversionGoal goal)
    {
        var edge = new DyingEdge(host, goal, new Queue<int>(deaths), ModelHosts.NotesOf);
        var task = new HostTaskRecord("run", "convert-host.h1", 1, false, false, "", 60, default);
        var content = new StepContent(new PlanStep("convert-host.h1", StepKind.ConvertHost, "s", "h1", null, null, default), "plan", "m1", [], null, []);
        for (var lives = 0; lives < 200; lives++)
            try
            {
                await ChangeLoop.RunAsync(
                    edge, now => edge.Moves.Count >= mostMoves ? null : decide(now, edge.Notes, goal), "Repeat the step.", new StepRun(task, content, [], static _ => { }), CancellationToken.None);
                return edge;
            }
            catch (Exception death) when (death is DeathException or EngineException or StepException { Message: ['I', 't', ' ', 'd', 'o', 'e', 's', ..] })
            {
                edge.Failures += death is DeathException ? 0 : 1;
                Assert.True(edge.Deaths <= deaths.Length); // The next life goes on; so does the next attempt, after one that gave up.
            }
        throw new InvalidOperationException("the host does not come to an end");
    }

    public Task<HostSituation> LookAsync(CancellationToken token) => Task.FromResult(Host.Look());

    public Task DoAsync(HostMove change, HostSituation now, StepRun run, CancellationToken token)
    {
        var death = deaths.TryDequeue(out var next) ? next : 0;
        // With the notes the conversion is over, and with it what it can mend.
        if (death == 6)
            hanging = 2;
        if (death is 4 or 5 or 6 && Host is { Runs: true, Notes: not null } && change is not HostMove.Forget)
            Host = Killed(Host, over: change);
        if (death == 5 && Host is { Runs: false, Notes: { } kept })
            Host = Host.After(new HostMove.StartEngine(Host.Setup.Version), goal, static () => null!) with { Notes = kept };
        if (death == 1)
            Die();
        if (death == 2)
        {
            Host = Half(change);
            Die();
        }
        // An engine that was killed since the look cannot do what is asked of it.
        if (!Host.Runs && change is (HostMove.JoinSwarm or HostMove.LeaveSwarm or HostMove.Connect or HostMove.ConnectAll or HostMove.StartContainers or HostMove.RunHolder or HostMove.RemoveHolder))
            return Task.FromException(new EngineException("Cannot do it.", "connection refused", "Start it."));
        if (hanging > 0 && Host.Setup.ClusterStore.Length == 0 && change is HostMove.StartContainers)
            return Task.FromException(Hang());
        if (Refuses(change))
            return Task.FromException(new EngineException("Cannot do it.", "network sandbox join failed", "See the engine's log."));
        Moves.Add(change);
        Host = Host.After(change, goal, () => save(Host));
        if (death == 3)
            Die();
        return Task.CompletedTask;
    }

    public Task PauseAsync(CancellationToken token) => Task.CompletedTask;

    /// <summary>The swarm does not answer; the engine that is started anew for it has tried by itself in vain, and refuses the next for what waits for that answer still.</summary>
    private EngineException Hang()
    {
        var isFirst = hanging-- == 2;
        Host = Host with { CannotJoin = isFirst };
        return new EngineException("Cannot do it.", isFirst ? "attaching to network failed" : "network appnet not found", "See the engine's log.");
    }

    /// <summary>
    /// Of a crash there may be a VXLAN device that is in the way of any other, or an endpoint in the engine's files that it believes in. One that runs is on the network by the engine's word then.
    /// </summary>
    private bool Refuses(HostMove change)
    {
        var starts = change is HostMove.StartContainers;
        var connected = change is HostMove.Connect connect && Host.Containers.TryGetValue(connect.ContainerId, out var there) && there.IsRunning ? connect : null;
        if ((!starts && connected is null) || (Host.StrayDevices.IsEmpty && !(Host.HasHalfJoined && Host.Setup.ClusterStore.Length > 0)))
            return false;
        if (connected is not null && Host.Setup.ClusterStore.Length > 0)
            Host = Host.After(connected, goal, static () => null!) with
            {
                Unrecorded = Host.Unrecorded.Add((connected.ContainerId, goal.Networks.Single(network => network.Name == connected.Network).LegacyId)),
            };
        Host = Host with { CannotJoin = true };
        return true;
    }

    /// <summary>SIGKILL: containers end with the next start, records stay.</summary>
    private static ModelHost Killed(ModelHost host, HostMove over) =>
        host.After(new HostMove.StopEngine(), ModelHosts.Goal, static () => null!) with
        {
            EngineRecords = host.EngineRecords,
            Notes = host.Notes,
            StrayDevices = [new VxlanLink(7, "vx-000100-aaaaa", 256, 1450)],
            HasHalfJoined = host.HasHalfJoined || (host.Setup.ClusterStore.Length > 0 && over is HostMove.Connect or HostMove.StartContainers),
            HasResidue = host.HasResidue || (host.Setup.ClusterStore.Length > 0 && !host.EngineRecords.IsEmpty),
        };

    private ModelHost Half(HostMove move) => move switch
    {
        // Stopped, but nobody noted it.
        HostMove.StopEngine => Host.After(move, goal, static () => null!) with { Notes = Host.Notes },
        // Noted, but not started.
        HostMove.StartEngine => Host with { Notes = Host.Notes! with { IsStopped = false } },
        HostMove.StartWithoutStore start => Host with { DaemonJson = start.Text, Notes = Host.Notes! with { IsStopped = false } },
        HostMove.LeaveSwarm leave => Host with { Notes = Host.Notes! with { LeftNodes = Host.Notes.LeftNodes.Add(leave.NodeId) } },
        HostMove.ConnectAll all => Host.After(all.Each[0], goal, static () => null!),
        HostMove.StartContainers start => Host.After(new HostMove.StartContainers(start.Ids[..1], start.Names[..1]), goal, static () => null!),
        HostMove.WriteRecords write => Host.After(new HostMove.WriteRecords(write.Endpoints[..1]), goal, static () => null!),
        HostMove.DeleteRecords delete => Host.After(new HostMove.DeleteRecords(delete.Endpoints[..1]), goal, static () => null!),
        HostMove.KeepAddresses keep => Host.After(new HostMove.KeepAddresses(keep.Endpoints[..1]), goal, static () => null!),
        HostMove.FreeAddresses free => Host.After(new HostMove.FreeAddresses(free.Endpoints[..1]), goal, static () => null!),
        HostMove.RenameModes rename => Host.After(new HostMove.RenameModes(rename.Changes[..1]), goal, static () => null!),
        _ => Host,
    };

    private void Die()
    {
        Deaths++;
        Host = Host with { CannotJoin = false }; // it was in the agent's memory
        throw new DeathException();
    }
}

internal sealed class DeathException : Exception;
