using System.Collections.Immutable;
using OverlayBridge.Migration.Takeover;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Takeovers;
using OverlayBridge.Reports.Takeovers;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Commands.Takeover;

/// <summary>How the takeover stands, as it was read at one moment.</summary>
/// <param name="Mode">The cluster's: <c>standby</c> or <c>primary</c>.</param>
internal sealed record TakeoverState(
    string Store, string Mode, Stored<TakeoverRecord>? Takeover, TakeoverProgress? Progress, ImmutableArray<Participant> Participants, TakeoverAlarms? Alarms)
{
    public TakeoverPhase? Phase => Takeover?.Record.Phase;

    public StatusDocument Document(DateTimeOffset now) =>
        StatusDocument.Of(Store, Mode, Takeover?.Record, Progress, Participants, Alarms, now);
}

/// <summary>Reads how the takeover stands from a control node.</summary>
internal static class TakeoverReading
{
    public static async Task<TakeoverState> ReadAsync(IConsulClient client, TimeProvider time, CancellationToken token)
    {
        var records = new TakeoverRecords(client);
        var mode = (await client.StatusAsync(token).ConfigureAwait(false)).Mode;
        if (await records.TakeoverAsync(token).ConfigureAwait(false) is not { } takeover)
            return new(client.Name, mode, null, null, [], null);
        var now = time.GetUtcNow();
        return new(
            client.Name, mode, takeover, (await records.ProgressAsync(token).ConfigureAwait(false))?.Record,
            await records.ParticipantsAsync(takeover.Record, relay => now - relay.Record.At < RelayRecord.Patience, token).ConfigureAwait(false),
            await records.AlarmsAsync(takeover.Record.Id, token).ConfigureAwait(false));
    }
}
