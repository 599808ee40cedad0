namespace OverlayBridge.Yaml;

/// <summary>A text that is no YAML, or not of the kind that is read.</summary>
/// <param name="what">What is wrong, without the place.</param>
/// <param name="at">Where; null when no single place is to blame.</param>
/// <param name="why">The rule that it breaks.</param>
/// <param name="remedy">What to do about it.</param>
public sealed class YamlFileException(string what, SourceLocation? at, string why, string remedy, Exception? inner = null)
    : Exception(at is null ? what : $"{at}: {what}", inner)
{
    /// <summary>The message without the place.</summary>
    public string What { get; } = what;

    public SourceLocation? At { get; } = at;

    public string Why { get; } = why;

    public string Remedy { get; } = remedy;
}
