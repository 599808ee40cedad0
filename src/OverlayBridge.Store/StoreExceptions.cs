namespace OverlayBridge.Store;

/// <summary>There is no leader, or it is another node: nothing was read or written.</summary>
public sealed class NoLeaderException : Exception
{
    public NoLeaderException() : base("No cluster leader")
    {
    }

    public NoLeaderException(string message) : base(message)
    {
    }

    public NoLeaderException(string message, Exception inner) : base(message, inner)
    {
    }
}

/// <summary>A command was sent and its fate is not known: it may have been carried out, or may still be.</summary>
public sealed class OutcomeUnknownException : Exception
{
    public OutcomeUnknownException() : base("The outcome of the write is unknown: the leadership changed while it was under way")
    {
    }

    public OutcomeUnknownException(string message) : base(message)
    {
    }

    public OutcomeUnknownException(string message, Exception inner) : base(message, inner)
    {
    }
}

/// <summary>A command was not accepted and nothing was done: the message says why.</summary>
public sealed class StoreRefusedException : Exception
{
    public StoreRefusedException() : base("The store takes no writes")
    {
    }

    public StoreRefusedException(string message) : base(message)
    {
    }

    public StoreRefusedException(string message, Exception inner) : base(message, inner)
    {
    }
}

/// <summary>The store cannot be opened, in three lines for the operator.</summary>
public sealed class StoreStartException : Exception
{
    public StoreStartException(string what, string why, string remedy, Exception? inner = null)
        : base($"{what} {why} {remedy}", inner) => (What, Why, Remedy) = (what, why, remedy);

    public StoreStartException() : this("The store cannot be opened.", "", "")
    {
    }

    public StoreStartException(string message) : this(message, "", "")
    {
    }

    public StoreStartException(string message, Exception inner) : this(message, "", "", inner)
    {
    }

    public string What { get; }

    public string Why { get; }

    public string Remedy { get; }
}
