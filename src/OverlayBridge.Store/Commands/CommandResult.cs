namespace OverlayBridge.Store.Commands;

/// <summary>What a command did; never travels, each node works it out for itself.</summary>
public abstract record CommandResult;

/// <param name="Done">False when a compare-and-set did not hold. True also when nothing had to change.</param>
/// <param name="Index">The store's index after the command.</param>
public sealed record WriteResult(bool Done, ulong Index) : CommandResult;

/// <param name="Applied">How many lines changed something.</param>
/// <param name="Index">The store's index after the import.</param>
public sealed record ImportResult(int Applied, ulong Index) : CommandResult;

/// <param name="Reaped">How many tombstones were dropped.</param>
public sealed record ReapResult(int Reaped) : CommandResult;
