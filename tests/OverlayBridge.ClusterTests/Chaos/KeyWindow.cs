namespace OverlayBridge.ClusterTests.Chaos;

/// <summary>
/// Few keys at a time, so that clients meet on them, and each for some operations only: whether a key's history has an explanation takes
/// the longer to find out the more operations of unknown outcome it has.
/// </summary>
internal sealed class KeyWindow(string prefix, int width, int operationsPerKey)
{
    private readonly Lock _gate = new();
    private readonly (int Key, int Used)[] _slots = [.. Enumerable.Range(0, width).Select(key => (key, 0))];
    private int _next = width;

    /// <summary>All keys so far.</summary>
    public IEnumerable<string> All => Enumerable.Range(0, _next).Select(Name);

    public string Pick(Random random)
    {
        lock (_gate)
        {
            ref var slot = ref _slots[random.Next(_slots.Length)];
            if (slot.Used >= operationsPerKey)
                slot = (_next++, 0);
            slot.Used++;
            return Name(slot.Key);
        }
    }

    private string Name(int key) => $"{prefix}{key}";
}
