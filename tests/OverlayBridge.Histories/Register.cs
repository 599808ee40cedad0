namespace OverlayBridge.Histories;

/// <summary>What a register holds between two operations.</summary>
/// <param name="Value">Null: absent.</param>
/// <param name="Floor">The highest ModifyIndex that any value so far is known to have had.</param>
internal readonly record struct RegisterState(string? Value, ulong Floor);

/// <summary>
/// One key as Consul keeps it. A write is not told its index, so that is taken from the reads that showed the value: as no value is
/// written twice, a value has one index, and later values have higher ones.
/// </summary>
internal sealed class Register
{
    private readonly Dictionary<string, ulong> _indexes = [];

    /// <param name="history">All operations on the key.</param>
    /// <exception cref="ArgumentException">Two operations write the same value.</exception>
    public Register(IReadOnlyList<Operation> history)
    {
        var written = new HashSet<string>();
        foreach (var put in history.Select(operation => operation.Request).OfType<Put>())
            if (!written.Add(put.Value))
                throw new ArgumentException($"'{put.Value}' is written twice: its index would not be known.", nameof(history));
        foreach (var shown in history.Select(operation => operation.Answer).OfType<Shown>())
            if (shown.Value is { } value && !_indexes.TryAdd(value, shown.ModifyIndex) && _indexes[value] != shown.ModifyIndex)
                Contradiction = $"'{value}' was read with the indexes {_indexes[value]} and {shown.ModifyIndex}";
    }

    /// <summary>Why no order can explain the reads, null when one may.</summary>
    public string? Contradiction { get; }

    /// <returns>The state after it, null when it cannot have had its answer in this state.</returns>
    public RegisterState? Step(RegisterState state, Operation operation) => operation.Request switch
    {
        Get => operation.Answer is Shown shown && shown.Value == state.Value ? state : null,
        Put put => Write(state, put.Value, IsMet(state, put.Cas), operation.Answer),
        Delete delete => Write(state, null, state.Value is null || IsMet(state, delete.Cas), operation.Answer),
        _ => throw new ArgumentException($"No rule for {operation.Request.GetType().Name}.", nameof(operation)),
    };

    private RegisterState? Write(RegisterState state, string? value, bool met, Answer? answer)
    {
        if (answer is Done done && done.Held != met)
            return null;
        if (!met)
            return state;
        if (value is null || !_indexes.TryGetValue(value, out var index))
            return state with { Value = value };
        return index > state.Floor ? new RegisterState(value, index) : null;
    }

    private bool IsMet(RegisterState state, ulong? cas) => cas switch
    {
        null => true,
        0 => state.Value is null,
        _ => state.Value is { } value && _indexes.TryGetValue(value, out var index) && index == cas,
    };
}
