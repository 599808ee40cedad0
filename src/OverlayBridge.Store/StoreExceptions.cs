namespace OverlayBridge.Store;

/// <summary>There is no leader, or it is another node: nothing was read or written.</summary>
public sealed class NoLeaderException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A command was sent and its fate is not known: it may have been carried out, or may still be.</summary>
public sealed class OutcomeUnknownException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A command was not accepted and nothing was done: the message says why.</summary>
public class StoreRefusedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The store's mode does not let the command pass, and will not as long as it lasts: another store has the say over these keys, or has
/// it no longer. Nothing was done; the message says why.
/// </summary>
public sealed class StoreModeException(string message) : StoreRefusedException(message);

/// <summary>The store cannot be opened, in three lines for the operator.</summary>
public sealed class StoreStartException(string what, string why, string remedy, Exception? inner = null)
    : Exception($"{what} {why} {remedy}", inner)
{
    public string What { get; } = what;

    public string Why { get; } = why;

    public string Remedy { get; } = remedy;
}
