using OverlayBridge.Yaml;

namespace OverlayBridge.Compose;

/// <summary>Compose files that cannot be read: the one error of this project.</summary>
/// <param name="what">What is wrong, without the place.</param>
/// <param name="at">Where; null when no single place is to blame.</param>
/// <param name="why">The rule that it breaks.</param>
/// <param name="remedy">What to do about it.</param>
public sealed class ComposeException(string what, SourceLocation? at, string why, string remedy, Exception? inner = null)
    : Exception(at is null ? what : $"{at}: {what}", inner)
{
    public SourceLocation? At { get; } = at;

    public string Why { get; } = why;

    public string Remedy { get; } = remedy;
}
