using System.Collections.Immutable;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Legacy.Records;

/// <summary>How one kind of record is read from and written to the bytes of a value. See <see cref="RecordFormats"/>.</summary>
/// <typeparam name="T">An immutable record.</typeparam>
public sealed class RecordFormat<T>
    where T : class
{
    private readonly Decoder _decode;
    private readonly Func<T, ImmutableArray<byte>> _encode;

    private readonly FastReader? _fast;

    internal RecordFormat(Decoder decode, Func<T, ImmutableArray<byte>> encode, FastReader? fast = null) =>
        (_decode, _encode, _fast) = (decode, encode, fast);

    internal delegate T Decoder(string key, ReadOnlySpan<byte> value);

    /// <summary>Gives null for what it leaves to the decoder.</summary>
    internal delegate T? FastReader(ReadOnlyMemory<byte> value, TextPool? pool);

    /// <summary>Reads a value.</summary>
    /// <exception cref="RecordFormatException">Whatever is wrong with the bytes; nothing else is thrown.</exception>
    public T Decode(string key, ReadOnlySpan<byte> value) => _decode(key, value);

    /// <summary>The bytes an engine of 20.10 writes for this record.</summary>
    public ImmutableArray<byte> Encode(T record) => _encode(record);

    /// <summary>Reads a value and keeps its bytes beside it.</summary>
    /// <exception cref="RecordFormatException">Whatever is wrong with the bytes; nothing else is thrown.</exception>
    public StoredRecord<T> Read(string key, ImmutableArray<byte> value) => new(this, key, _decode(key, value.AsSpan()), value);

    /// <inheritdoc cref="Read(string, ImmutableArray{byte})"/>
    public StoredRecord<T> Read(KeyValueEntry entry) => Read(entry.Key, entry.Value);

    /// <summary>Reads a value in the fastest way that there is; texts that repeat are kept once, where many are read with one <paramref name="pool"/>.</summary>
    /// <exception cref="RecordFormatException">Whatever is wrong with the bytes; nothing else is thrown.</exception>
    public T Decode(KeyValueEntry entry, TextPool? pool = null) => _fast?.Invoke(entry.Bytes, pool) ?? _decode(entry.Key, entry.Bytes.Span);
}
