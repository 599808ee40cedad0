namespace OverlayBridge.Migration.Expose;

/// <summary>
/// An exposure could not be made or undone. <see cref="Exception.Message"/> says what happened in one line,
/// <see cref="Cause"/> why, <see cref="Remedy"/> what the operator can do; what was done so far stands in the exposure's record.
/// </summary>
public sealed class ExposeException(string what, string cause, string remedy, Exception? inner = null) : Exception(what, inner)
{
    public string Cause { get; } = cause;

    public string Remedy { get; } = remedy;
}
