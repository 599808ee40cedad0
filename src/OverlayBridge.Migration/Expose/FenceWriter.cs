using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Pools;
using OverlayBridge.Overlay.Fence;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Expose;

/// <summary>
/// Changes the bitmap of a legacy pool by compare-and-set, as the engines do among themselves: whoever loses a race reads
/// again. Only the bitmap is written, and only with the flags it has.
/// </summary>
internal sealed class FenceWriter(IConsulClient source)
{
    /// <summary>An engine that loses a CAS tries again at once; so many losses in a row mean that something else is wrong.</summary>
    private const int MostTries = 100;

    /// <summary>Applies a change until it is written, found to be there already, or found impossible.</summary>
    /// <param name="stillWanted">Asked after each read and before the write that depends on it; false: nothing is written.</param>
    /// <returns>Also a conflict when there is no such bitmap any more, or the change is no longer wanted.</returns>
    public async ValueTask<FenceOutcome> ChangeAsync(
        string key, Func<StoredRecord<BitmapRecord>, FenceChange> change, CancellationToken token,
        Func<CancellationToken, ValueTask<bool>>? stillWanted = null)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var (entry, index) = await source.GetAsync(key, new ReadOptions(Consistency.Consistent), token).ConfigureAwait(false);
            if (entry is null)
                return FenceOutcome.Conflict;
            var changed = change(RecordFormats.Bitmap.Read(entry));
            if (changed.Outcome == FenceOutcome.Changed && stillWanted is not null && !await stillWanted(token).ConfigureAwait(false))
                return FenceOutcome.Conflict;
            if (changed.Outcome != FenceOutcome.Changed ||
                await source.PutAsync(key, changed.Record.Bytes.AsMemory(), new WriteOptions(index, entry.Flags), token).ConfigureAwait(false))
                return changed.Outcome;
        }
        throw new ExposeException(
            $"The address bitmap {key} cannot be written.", $"It changed under {MostTries} attempts in a row.",
            "Look which engine creates and removes containers all the time, and run the command again.");
    }
}
