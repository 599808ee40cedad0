using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>The last opening of each connection that a hold dropped. Pure. When there are too many, those that were noted first are forgotten: the kernel repeats them anyway.</summary>
internal sealed class OpeningNotes
{
    public const int Limit = 4096;

    private readonly OrderedDictionary<(IPEndPoint From, IPEndPoint To), HeldOpening> notes = [];

    public int Count => notes.Count;

    public void Add(HeldOpening opening)
    {
        notes[(opening.From, opening.To)] = opening;
        if (notes.Count > Limit)
            notes.RemoveAt(0);
    }

    /// <summary>Forgets what was noted of these stores.</summary>
    /// <param name="connections">Of the host, as they are now.</param>
    /// <returns>The openings of those that are still being opened, in the order in which they were noted.</returns>
    public ImmutableArray<HeldOpening> Take(IReadOnlySet<IPEndPoint> stores, IEnumerable<StoreConnection> connections)
    {
        var opening = connections.Where(static connection => connection.IsOpening).Select(static connection => (connection.Local, connection.Store)).ToHashSet();
        var taken = notes.Where(note => stores.Contains(note.Key.To)).ToArray();
        foreach (var (key, _) in taken)
            notes.Remove(key);
        return [.. taken.Where(note => opening.Contains(note.Key)).Select(static note => note.Value)];
    }
}
