namespace OverlayBridge.Store.Records;

/// <summary>
/// Bytes that this program wrote are not what it wrote: the file is damaged, cut off, or from a newer version. The message
/// says what is wrong and at which byte.
/// </summary>
public sealed class DamagedDataException : Exception
{
    public DamagedDataException(string message) : base(message)
    {
    }

    public DamagedDataException(string message, Exception inner) : base(message, inner)
    {
    }

    public DamagedDataException()
    {
    }
}
