using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OverlayBridge.Overlay.Records;

/// <summary>A record that the bridge keeps for itself: JSON in camelCase under <c>overlaybridge/v1/</c>.</summary>
public interface IBridgeRecord<TSelf>
    where TSelf : IBridgeRecord<TSelf>
{
    /// <summary>Always <see cref="BridgeRecords.FormatVersion"/>; another version is refused on reading.</summary>
    int FormatVersion { get; }

    /// <summary>How the record is written and read.</summary>
    static abstract JsonTypeInfo<TSelf> TypeInfo { get; }
}

/// <summary>The bridge's own records to and from their stored bytes.</summary>
public static class BridgeRecords
{
    public const int FormatVersion = 1;

    /// <summary>The largest value that is looked at, the store's own limit.</summary>
    public const int MaxValueLength = 512 * 1024;

    /// <summary>UTF-8 JSON without indentation; equal records give equal bytes.</summary>
    public static byte[] Encode<T>(T record)
        where T : IBridgeRecord<T> => JsonSerializer.SerializeToUtf8Bytes(record, T.TypeInfo);

    /// <summary>Reads a stored value. Fields this version does not know are passed over.</summary>
    /// <param name="key">Where the value was found; for the error only.</param>
    /// <exception cref="BridgeRecordException">The bytes are not such a record; nothing else is thrown.</exception>
    public static T Decode<T>(string key, ReadOnlySpan<byte> value)
        where T : IBridgeRecord<T>
    {
        if (value.Length > MaxValueLength)
            throw new BridgeRecordException(key, null, $"{value.Length} bytes are more than the limit of {MaxValueLength}");
        T? record;
        try
        {
            record = JsonSerializer.Deserialize(value, T.TypeInfo);
        }
        catch (JsonException e)
        {
            throw new BridgeRecordException(key, OffsetOf(e, value), ReasonOf(e), e);
        }
        if (record is null)
            throw new BridgeRecordException(key, 0, "the value is null, not an object");
        if (record.FormatVersion != FormatVersion)
            throw new BridgeRecordException(key, null, $"formatVersion {record.FormatVersion} is not {FormatVersion}, written by another version of this program");
        return record;
    }

    /// <summary>JSON errors count in lines; a stored value is better found by its byte offset.</summary>
    private static long? OffsetOf(JsonException error, ReadOnlySpan<byte> value)
    {
        if (error.LineNumber is not { } line || error.BytePositionInLine is not { } position)
            return null;
        var start = 0;
        for (; line > 0; line--)
        {
            var newline = value[start..].IndexOf((byte)'\n');
            if (newline < 0)
                return null;
            start += newline + 1;
        }
        return start + position;
    }

    /// <summary>The message without System.Text.Json's trailing "Path: … | LineNumber: …".</summary>
    private static string ReasonOf(JsonException error)
    {
        var message = error.InnerException?.Message ?? error.Message;
        var tail = message.IndexOf(" Path: ", StringComparison.Ordinal);
        if (tail < 0)
            tail = message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        message = tail < 0 ? message : message[..tail];
        return error.Path is { Length: > 1 } path ? $"{path[2..]}: {message}" : message;
    }
}

/// <summary>A value under <c>overlaybridge/v1/</c> is not the record that its key promises.</summary>
public sealed class BridgeRecordException(string key, long? byteOffset, string reason, Exception? inner = null)
    : Exception(byteOffset is { } at ? $"{key}, byte {at}: {reason}" : $"{key}: {reason}", inner)
{
    /// <summary>Full key of the value.</summary>
    public string Key { get; } = key;

    /// <summary>Where in the value, when that is known.</summary>
    public long? ByteOffset { get; } = byteOffset;

    /// <summary>What is wrong, without key and offset.</summary>
    public string Reason { get; } = reason;
}
