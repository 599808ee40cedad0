namespace OverlayBridge.DataPlane.Redirect;

/// <summary>
/// What is asked for cannot be put in force on this host. <see cref="Exception.Message"/> says what happened in one line;
/// <see cref="Cause"/> why; <see cref="Remedy"/> what the operator can do.
/// </summary>
public sealed class RedirectException(string what, string cause, string remedy, Exception? inner = null) : Exception(what, inner)
{
    public string Cause { get; } = cause;

    public string Remedy { get; } = remedy;
}
