namespace OverlayBridge.Terminal;

/// <summary>
/// Something a person caused and a person can mend. Printed on stderr as three lines: what happened, why, and what to
/// do about it; never with a stack trace.
/// </summary>
/// <param name="what">What did not work, naming the thing: a file, an address, a key.</param>
/// <param name="why">The cause, as far as it is known.</param>
/// <param name="remedy">What the operator can do now; a command where there is one.</param>
/// <param name="exitCode">The documented exit code of the command for this case.</param>
public sealed class OperatorException(
    string what, string why, string remedy, int exitCode = ExitCode.Error, Exception? inner = null)
    : Exception(what, inner)
{
    public string Why { get; } = why;

    public string Remedy { get; } = remedy;

    public int ExitCode { get; } = exitCode;
}
