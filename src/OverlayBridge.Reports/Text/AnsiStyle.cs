namespace OverlayBridge.Reports.Text;

/// <summary>What a piece of text is, from which its colour follows. The text alone must say the same.</summary>
internal enum Tone
{
    Plain,
    Heading,
    Faint,
    Good,
    Warning,
    Bad,
}

/// <summary>Colours of a terminal by ANSI sequences, or none at all.</summary>
internal sealed class AnsiStyle(bool colour)
{
    /// <summary>The text in the colour of its tone; unchanged where there are no colours.</summary>
    public string Apply(string text, Tone tone) =>
        !colour || tone == Tone.Plain || text.Length == 0 ? text : $"\e[{Code(tone)}m{text}\e[0m";

    private static string Code(Tone tone) => tone switch
    {
        Tone.Heading => "1",
        Tone.Faint => "2",
        Tone.Good => "32",
        Tone.Warning => "33",
        Tone.Bad => "31",
        _ => throw new ArgumentOutOfRangeException(nameof(tone), tone, "a tone without a colour"),
    };
}
