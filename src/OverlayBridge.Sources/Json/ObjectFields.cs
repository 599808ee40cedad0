using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace OverlayBridge.Sources.Json;

/// <summary>Walks the fields of one JSON object that is whole in memory; every surprise is a <see cref="JsonPieceException"/>.</summary>
internal ref struct ObjectFields
{
    private static readonly ImmutableArray<(byte[] Utf8, string Text)> UsualNames =
    [
        .. new[]
        {
            "LockIndex", "Key", "Flags", "Value", "Session", "CreateIndex", "ModifyIndex", "key", "flags", "value",
        }.Select(static text => (Encoding.UTF8.GetBytes(text), text)),
    ];

    private readonly long offset;
    private Utf8JsonReader reader;
    private string name = "";

    /// <param name="json">The object's text, known to be valid JSON.</param>
    /// <param name="offset">Where it begins in the whole text; for messages.</param>
    public ObjectFields(ReadOnlySpan<byte> json, long offset)
    {
        this.offset = offset;
        reader = new(json);
        reader.Read();
    }

    /// <summary>The key of the entry, once read: named by later errors.</summary>
    public string? Key { get; set; }

    /// <summary>Goes to the next field's value.</summary>
    public bool Next()
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
            return false;
        name = FieldName();
        reader.Read();
        return true;
    }

    /// <summary>Of the field at hand.</summary>
    public readonly string Name => name;

    public void Skip() => reader.Skip();

    public string String() => reader.TokenType == JsonTokenType.String ? Text() : throw Fault("must be a string");

    public ulong UInt64() => reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out var number)
        ? number
        : throw Fault("must be a whole number from 0 to 2^64-1, with all its digits");

    public long Int64() => reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number)
        ? number
        : throw Fault("must be a whole number of 64 bits");

    /// <summary>Base64 as Consul writes it; <c>null</c> is no bytes.</summary>
    public ImmutableArray<byte> Bytes() => reader.TokenType switch
    {
        JsonTokenType.Null => [],
        JsonTokenType.String when reader.TryGetBytesFromBase64(out var bytes) => ImmutableCollectionsMarshal.AsImmutableArray(bytes),
        _ => throw Fault("must be null or a string in base64"),
    };

    /// <summary>The one string that <paramref name="json"/> is.</summary>
    public static string StringOf(ReadOnlySpan<byte> json, long offset) => new ObjectFields(json, offset).String();

    /// <summary>The one number that <paramref name="json"/> is.</summary>
    public static ulong UInt64Of(ReadOnlySpan<byte> json, long offset, string name) => new ObjectFields(json, offset) { name = name }.UInt64();

    /// <summary>An array of strings; <c>null</c> is none.</summary>
    public ImmutableArray<string> Strings()
    {
        if (reader.TokenType == JsonTokenType.Null)
            return [];
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Fault("must be null or an array of strings");
        var strings = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            strings.Add(String());
        return strings.DrainToImmutable();
    }

    /// <summary>Notes that field number <paramref name="bit"/> was seen.</summary>
    public readonly void Once(ref int seen, int bit)
    {
        if ((seen & (1 << bit)) != 0)
            throw Fault("stands there twice");
        seen |= 1 << bit;
    }

    public readonly JsonPieceException Fault(string problem) => new(offset + reader.TokenStartIndex, $"'{name}' {problem}") { Key = Key };

    public readonly JsonPieceException Missing(string name) => new(offset, $"'{name}' is missing") { Key = Key };

    /// <summary>The field's name, without a new string for each of the few that every entry has.</summary>
    private readonly string FieldName()
    {
        if (!reader.ValueIsEscaped)
            foreach (var (utf8, text) in UsualNames)
                if (reader.ValueSpan.SequenceEqual(utf8))
                    return text;
        return Text();
    }

    private readonly string Text()
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Invalid UTF-8, or half of a surrogate pair: Consul itself writes U+FFFD for such bytes.
            var raw = Encoding.ASCII.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 64)]);
            throw new JsonPieceException(offset + reader.TokenStartIndex, $"the text '{raw}' is not valid UTF-8") { Key = Key };
        }
    }
}
