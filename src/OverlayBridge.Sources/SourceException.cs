namespace OverlayBridge.Sources;

/// <summary>
/// A source cannot be read or written. <see cref="Exception.Message"/> says what happened in one line;
/// <see cref="Cause"/> why; <see cref="Remedy"/> what the operator can do.
/// </summary>
public sealed class SourceException(string what, string cause, string remedy, Exception? inner = null)
    : Exception(what, inner)
{
    public string Cause { get; } = cause;

    public string Remedy { get; } = remedy;

    /// <summary>The server knows the token, or its absence, and does not allow this.</summary>
    public bool IsDenied { get; init; }

    /// <summary>No server can be reached, or none has a leader: nothing is wrong with what was asked, and it works once that is over.</summary>
    public bool IsAway { get; init; }
}
