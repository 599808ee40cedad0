using OverlayBridge.Engines;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Agent.Tasks;

/// <summary>
/// What made an attempt at a step fail and passes by itself. Steps look before they change anything, so one that met such a thing goes on from where it has come to. It is
/// counted how often each was met, over all of the attempt: whoever waits inside of the step and who carries it out again wait together no longer than one. Nobody else decides how often a
/// store that fails is asked.
/// </summary>
internal sealed class PassingFailures
{
    /// <summary>While nobody listens at the engine's socket: it was killed, and whoever looks after engines on this host starts it within some seconds. At a pause of a second.</summary>
    private const int MostAsksOfNobody = 30;

    /// <summary>While an engine that was started anew tries its containers it answers nobody, 20 s for each that it does not bring onto the swarm's network. Each ask takes 30 s.</summary>
    private const int MostAsksOfSilent = 4;

    /// <summary>A control node that leads and is killed leaves open whether something was written; the next one leads some seconds later.</summary>
    private const int MostTriesAtStore = 3;

    /// <summary>While no control node can be reached, or none leads, nobody would hear of a failure either. At a pause of a second.</summary>
    private const int MostAsksOfAwayStore = 60;

    private int engine;
    private int silentEngine;
    private int store;
    private int awayStore;

    /// <summary>To be called once for each time that something failed.</summary>
    /// <returns>What is waited for, for people; null: it does not pass, or did not.</returns>
    public string? Meet(Exception failure) => failure switch
    {
        EngineException nobody when EngineStart.IsNobodyThere(nobody) && ++engine < MostAsksOfNobody => $"Waiting for this host's engine: {nobody.Cause}",
        EngineException { IsOfSilence: true } silent when ++silentEngine < MostAsksOfSilent => $"Waiting for this host's engine: {silent.Cause}",
        SourceException { IsDenied: false, IsAway: true } away when ++awayStore < MostAsksOfAwayStore => $"Waiting for the store: {away.Cause}",
        SourceException { IsDenied: false, IsAway: false } failed when ++store < MostTriesAtStore => $"To be tried again, for the store failed: {failed.Cause}",
        _ => null,
    };

    /// <summary>Something was changed: a store that fails from here on is another failure, not one that goes on.</summary>
    public void Progressed() => (store, awayStore) = (0, 0);
}
