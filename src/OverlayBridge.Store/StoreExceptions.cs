namespace OverlayBridge.Store;

/// <summary>There is no leader, or it is another node: nothing was read or written.</summary>
public sealed class NoLeaderException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A command was sent and its fate is not known: it may have been carried out, or may still be.</summary>
public sealed class OutcomeUnknownException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A command was not accepted and nothing was done: the message says why.</summary>
public sealed class StoreRefusedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The store cannot be opened, in three lines for the operator.</summary>
public sealed class StoreStartException(string what, string why, string remedy, Exception? inner = null)
    : Exception($"{what} {why} {remedy}", inner)
{
    public string What { get; } = what;

    public string Why { get; } = why;

    public string Remedy { get; } = remedy;
}
