using System.Collections.Immutable;

namespace OverlayBridge.Legacy.Records;

/// <summary>
/// A record together with the bytes it stands for in the store. What was read keeps its bytes, whatever their order of
/// fields, blanks or fields unknown to us, until <see cref="With"/> changes what the record says. A changed record is
/// written as an engine of 20.10 would write it: unknown fields are dropped then, as they are by the engines.
/// </summary>
public sealed class StoredRecord<T>
    where T : class
{
    private readonly RecordFormat<T> _format;

    internal StoredRecord(RecordFormat<T> format, string key, T value, ImmutableArray<byte> bytes) =>
        (_format, Key, Value, Bytes) = (format, key, value, bytes);

    /// <summary>The full store key.</summary>
    public string Key { get; }

    public T Value { get; }

    /// <summary>What to write to the store.</summary>
    public ImmutableArray<byte> Bytes { get; }

    /// <summary>The same key with another value; the bytes stay when the value says the same.</summary>
    public StoredRecord<T> With(T value)
    {
        var bytes = _format.Encode(value);
        return bytes.AsSpan().SequenceEqual(_format.Encode(Value).AsSpan()) ? this : new(_format, Key, value, bytes);
    }
}
