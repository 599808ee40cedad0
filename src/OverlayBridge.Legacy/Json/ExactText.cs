using System.Buffers;

namespace OverlayBridge.Legacy.Json;

/// <summary>
/// Walks a text that must stand exactly as expected, byte for byte. The first thing that does not, fails it for good: whoever
/// walks on gets empty texts and zeros, and asks once at the end.
/// </summary>
public ref struct ExactText(ReadOnlySpan<byte> text)
{
    // What ends a plain text, or is no plain text.
    private static readonly SearchValues<byte> Special =
        SearchValues.Create([.. Enumerable.Range(0, 256).Where(b => b is < 0x20 or '"' or '\\' or > 0x7e).Select(b => (byte)b)]);

    /// <summary>What was not walked over yet.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = text;

    public bool Failed { get; private set; }

    /// <summary>Walked to its end without a failure.</summary>
    public readonly bool IsDone => !Failed && Rest.IsEmpty;

    /// <summary>Lets it fail for a reason that only the caller knows.</summary>
    public void Fail() => Failed = true;

    /// <summary>Walks over this text; false, and no step, if it does not stand here.</summary>
    public bool Take(ReadOnlySpan<byte> expected)
    {
        if (Failed || !Rest.StartsWith(expected))
            return false;
        Rest = Rest[expected.Length..];
        return true;
    }

    /// <summary>Walks over this text, which must stand here.</summary>
    public void Expect(ReadOnlySpan<byte> expected)
    {
        if (!Take(expected))
            Fail();
    }

    /// <summary>Walks over so many bytes, and gives them.</summary>
    public ReadOnlySpan<byte> Pass(int count)
    {
        var passed = Rest[..count];
        Rest = Rest[count..];
        return passed;
    }

    /// <summary>Walks over <paramref name="before"/>, which opens a string, and to the string's closing quote; gives what is between: ASCII without escapes.</summary>
    public ReadOnlySpan<byte> String(ReadOnlySpan<byte> before)
    {
        Expect(before);
        int end = Failed ? -1 : Rest.IndexOfAny(Special);
        if (end < 0 || Rest[end] != '"')
        {
            Fail();
            return [];
        }
        return Pass(end + 1)[..end];
    }

    /// <summary>Walks over <paramref name="before"/> and a boolean.</summary>
    public bool Boolean(ReadOnlySpan<byte> before)
    {
        Expect(before);
        if (Take("true"u8))
            return true;
        Expect("false"u8);
        return false;
    }

    /// <summary>Walks over <paramref name="before"/> and a whole number; one of 20 digits fails, whatever <paramref name="most"/> is.</summary>
    public ulong Number(ReadOnlySpan<byte> before, ulong most = ulong.MaxValue)
    {
        Expect(before);
        int digits = 0;
        ulong number = 0;
        for (; digits < Rest.Length && digits < 20 && char.IsAsciiDigit((char)Rest[digits]); digits++)
            number = number * 10 + (ulong)(Rest[digits] - '0');
        if (digits is 0 or 20 || (digits > 1 && Rest[0] == '0') || number > most)
            Fail();
        Rest = Rest[digits..];
        return number;
    }
}
