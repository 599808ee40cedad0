namespace OverlayBridge.Access;

/// <summary>
/// What may be the secret of a token. Compiled into the project that makes tokens and into the one that reads a file with one: they have no project in
/// common.
/// </summary>
internal static class TokenForm
{
    /// <summary>Shorter ones could be found by trying; Consul's have 36 characters.</summary>
    public const int MinLength = 20;

    public const int MaxLength = 200;

    /// <summary>Whether a text may be a secret: it must fit into a header and be no guess.</summary>
    public static bool IsFit(string text) => text.Length is >= MinLength and <= MaxLength && text.All(static c => c is > ' ' and < '\u007f');
}
