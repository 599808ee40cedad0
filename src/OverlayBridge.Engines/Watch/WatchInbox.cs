using System.Collections.Immutable;
using System.Threading.Channels;

namespace OverlayBridge.Engines.Watch;

/// <summary>
/// What the parts of a watch have found and its loop has not looked at yet. It holds one entry for each container, not
/// for each event, and so stays small however fast events come.
/// </summary>
internal sealed class WatchInbox
{
    private readonly Lock gate = new();
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private WatchFindings findings = WatchFindings.None;

    public void Event(EngineEvent happened) => Add(found => found with
    {
        Touched = happened.ContainerId is { } id ? found.Touched.SetItem(id, Died(happened, found.Touched.GetValueOrDefault(id))) : found.Touched,
        NetworksTouched = found.NetworksTouched || (happened.NetworkId is not null && happened.Action is "create" or "destroy" or "remove"),
    });

    public void Inspected(string containerId, EngineContainer? container) =>
        Add(found => found with { Inspected = found.Inspected.SetItem(containerId, container) });

    public void Networks(ImmutableArray<EngineNetwork> networks) => Add(found => found with { Networks = networks });

    public void ListDue() => Add(static found => found with { ListDue = true });

    public void Failed(EngineException error) => Add(found => found with { Failure = found.Failure ?? error });

    /// <summary>Waits until there is something, and takes all of it.</summary>
    public async ValueTask<WatchFindings> TakeAsync(CancellationToken token)
    {
        await signal.Reader.ReadAsync(token);
        lock (gate)
        {
            var taken = findings;
            findings = WatchFindings.None;
            return taken;
        }
    }

    private void Add(Func<WatchFindings, WatchFindings> add)
    {
        lock (gate)
            findings = add(findings);
        signal.Writer.TryWrite(true);
    }

    private static bool Died(EngineEvent happened, bool before) =>
        happened.Action switch { "die" => true, "start" => false, _ => before };
}

/// <summary>What has been found since the loop last looked.</summary>
/// <param name="Touched">Containers that events spoke of; true: the last thing said is that its process ended.</param>
/// <param name="NetworksTouched">Networks came or went.</param>
/// <param name="Inspected">Containers as they are; null: gone.</param>
/// <param name="Networks">A complete list, or null.</param>
/// <param name="ListDue">Time to list everything again.</param>
/// <param name="Failure">The engine is lost.</param>
internal sealed record WatchFindings(
    ImmutableDictionary<string, bool> Touched,
    bool NetworksTouched,
    ImmutableDictionary<string, EngineContainer?> Inspected,
    ImmutableArray<EngineNetwork>? Networks,
    bool ListDue,
    EngineException? Failure)
{
    public static WatchFindings None { get; } = new(
        ImmutableDictionary<string, bool>.Empty, false, ImmutableDictionary<string, EngineContainer?>.Empty, null, false, null);
}
