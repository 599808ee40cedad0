namespace OverlayBridge.Histories;

/// <summary>
/// Whether a history could have come from one register that does one operation after the other, each at a moment between its being sent
/// and its answer: the search of Wing and Gong with the memory of Lowe ("Testing for linearizability", 2017), key by key.
/// </summary>
public static class Linearizability
{
    /// <summary>The first key, in byte order, whose operations no order explains; null when there is none.</summary>
    /// <exception cref="ArgumentException">Two operations on one key write the same value.</exception>
    public static Violation? Find(IEnumerable<Operation> history) => history
        .GroupBy(operation => operation.Key)
        .OrderBy(key => key.Key, StringComparer.Ordinal)
        .Select(key => OfKey(key.Key, [.. key.OrderBy(operation => operation.Invoked)]))
        .FirstOrDefault(violation => violation is not null);

    private static Violation? OfKey(string key, List<Operation> history)
    {
        var register = new Register(history);
        if (register.Contradiction is { } contradiction)
            return new Violation(key, contradiction, history);
        // A read whose answer is not known says nothing.
        var search = new Search(register, [.. history.Where(operation => operation is not { Request: Get, Answer: null })]);
        return search.Run() ? null : new Violation(key, $"at most {search.Deepest} operations can be put in an order", history);
    }
}

/// <summary>A key whose history is not linearizable.</summary>
/// <param name="Why">For people.</param>
/// <param name="History">Its operations in order of their being sent.</param>
public sealed record Violation(string Key, string Why, IReadOnlyList<Operation> History);
