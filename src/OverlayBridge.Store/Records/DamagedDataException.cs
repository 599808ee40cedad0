namespace OverlayBridge.Store.Records;

/// <summary>
/// Bytes that this program wrote are not what it wrote: the file is damaged, cut off, or from a newer version. The message
/// says what is wrong and at which byte.
/// </summary>
public sealed class DamagedDataException(string message, Exception? inner = null) : Exception(message, inner);
