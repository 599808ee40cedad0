using OverlayBridge.Engines;
using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Agent.Tasks;

/// <summary>
/// What made an attempt at a step fail and passes by itself. Steps look before they change anything, so one that met such a thing is carried out again, from where it has come to. It is
/// counted how often each was met, over all of the attempt: whoever waits inside of the step and who carries it out again wait together no longer than one.
/// </summary>
internal sealed class PassingFailures
{
    /// <summary>While nobody listens at the engine's socket: it was killed, and whoever looks after engines on this host starts it within some seconds. At a pause of a second.</summary>
    private const int MostAsksOfNobody = 30;

    /// <summary>A control node that leads and is killed leaves open whether something was written; the next one leads some seconds later.</summary>
    private const int MostTriesAtStore = 3;

    private int engine;
    private int store;

    /// <returns>What is waited for, for people; null: it does not pass, or did not.</returns>
    public string? Meet(Exception failure) => failure switch
    {
        EngineException nobody when EngineStart.IsNobodyThere(nobody) && ++engine < MostAsksOfNobody => $"Waiting for this host's engine: {nobody.Cause}",
        SourceException { IsDenied: false } failed when ++store < MostTriesAtStore => $"To be tried again, for the store failed: {failed.Cause}",
        _ => null,
    };
}
