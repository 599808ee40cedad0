namespace OverlayBridge.Legacy.Records;

/// <summary>
/// A value that is not the record its key promises. The only exception a decoder of this project throws, whatever the
/// bytes: what a cut-off write, a hand edit or a foreign program left behind.
/// </summary>
public sealed class RecordFormatException : Exception
{
    public RecordFormatException(string key, int offset, string what, string remedy, Exception? inner = null)
        : base($"{key}: byte {offset}: {what} {remedy}", inner) =>
        (Key, Offset, What, Remedy) = (key, offset, what, remedy);

    /// <summary>The full store key, as stored.</summary>
    public string Key { get; }

    /// <summary>
    /// Offset in the value, in bytes from 0, of the first byte that cannot be right; the length of the value when the
    /// value just ends too early; the start of the string for an error inside a string that holds JSON.
    /// </summary>
    public int Offset { get; }

    /// <summary>What is wrong, one sentence.</summary>
    public string What { get; }

    /// <summary>What to do about it, one sentence.</summary>
    public string Remedy { get; }
}
