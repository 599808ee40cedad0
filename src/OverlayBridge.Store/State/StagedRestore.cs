using System.Collections.Immutable;

namespace OverlayBridge.Store.State;

/// <summary>The parts of a snapshot that is about to be restored, as far as they have come.</summary>
public sealed record StagedRestore(Guid Id, ImmutableList<ImmutableArray<byte>> Parts)
{
    /// <summary>The snapshot that the parts make.</summary>
    public byte[] Whole()
    {
        var whole = new byte[Parts.Sum(static part => part.Length)];
        var at = 0;
        foreach (var part in Parts)
        {
            part.CopyTo(whole, at);
            at += part.Length;
        }
        return whole;
    }
}
