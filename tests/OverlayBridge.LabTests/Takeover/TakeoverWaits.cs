using System.Collections.Immutable;
using OverlayBridge.Lab.Processes;
using OverlayBridge.Migration.Takeover;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Takeovers;
using OverlayBridge.Sources;

namespace OverlayBridge.LabTests.Takeover;

/// <summary>Waits for what the store says of a takeover, also while a new leader is being elected.</summary>
internal static class TakeoverWaits
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The record, as soon as it is so.</summary>
    public static async Task<TakeoverRecord> RecordAsync(this TakeoverRecords records, Func<TakeoverRecord, bool> condition, string what)
    {
        TakeoverRecord? record = null;
        await UntilAsync(async () => (record = (await records.TakeoverAsync(Cancel))?.Record) is not null && condition(record), what);
        return record!;
    }

    /// <summary>Until the takeover's participants are so.</summary>
    public static Task ParticipantsAsync(this TakeoverRecords records, Func<ImmutableArray<Participant>, bool> condition, string what) => UntilAsync(
        async () => condition(await records.ParticipantsAsync((await records.TakeoverAsync(Cancel))!.Record, static _ => true, Cancel)), what);

    private static Task UntilAsync(Func<Task<bool>> condition, string what) => Wait.UntilAsync(
        async () =>
        {
            try
            {
                return await condition();
            }
            catch (SourceException)
            {
                return false;
            }
        },
        Limit, what, Cancel);
}
