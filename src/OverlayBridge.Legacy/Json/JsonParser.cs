using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using OverlayBridge.Legacy.Records;

namespace OverlayBridge.Legacy.Json;

/// <summary>
/// Reads one JSON text into a <see cref="JsonValue"/>, as strict as Go's encoding/json about the syntax and as lenient about
/// the characters in strings. Any other bytes give a <see cref="RecordFormatException"/> with their offset.
/// </summary>
internal static class JsonParser
{
    private const string RestoreIt =
        "Restore the value from a backup, or write it anew from what the engines report (docker inspect).";

    /// <param name="key">The key the value stands under, for the error.</param>
    public static JsonValue Parse(string key, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > RecordLimits.ValueBytes)
            throw new RecordFormatException(key, RecordLimits.ValueBytes,
                $"the value has {utf8.Length} bytes, more than the {RecordLimits.ValueBytes} that a record can have.",
                "Look at what wrote it: no engine does.");
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = RecordLimits.JsonDepth });
        try
        {
            reader.Read();
            var value = ReadValue(ref reader);
            reader.Read(); // throws when anything but blanks follows
            return value;
        }
        catch (JsonException e)
        {
            throw new RecordFormatException(key, OffsetOf(e, utf8), Describe(e, utf8), RestoreIt, e);
        }
    }

    /// <summary>Parses the JSON inside a string of another JSON value; its errors point at that string.</summary>
    /// <param name="at">Offset of the outermost such string in the value.</param>
    public static JsonValue ParseNested(string key, string text, string path, int at)
    {
        try
        {
            return Parse(key, Encoding.UTF8.GetBytes(text));
        }
        catch (RecordFormatException e)
        {
            throw new RecordFormatException(key, at,
                $"the string {path} does not hold JSON: at byte {e.Offset} of it, {e.What}", e.Remedy, e);
        }
    }

    private static JsonValue ReadValue(ref Utf8JsonReader reader)
    {
        int offset = (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return JsonValue.Object(ReadMembers(ref reader), offset);
            case JsonTokenType.StartArray:
                var items = ImmutableArray.CreateBuilder<JsonValue>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(ReadValue(ref reader));
                return JsonValue.Array(items.DrainToImmutable(), offset);
            case JsonTokenType.String:
                return JsonValue.Of(JsonKind.String, ReadText(ref reader), offset);
            case JsonTokenType.Number:
                return JsonValue.Of(JsonKind.Number, Encoding.ASCII.GetString(reader.ValueSpan), offset);
            case JsonTokenType.True or JsonTokenType.False:
                return JsonValue.Of(JsonKind.Boolean, reader.TokenType == JsonTokenType.True ? "true" : "false", offset);
            default:
                return JsonValue.Of(JsonKind.Null, "", offset);
        }
    }

    private static ImmutableArray<JsonMember> ReadMembers(ref Utf8JsonReader reader)
    {
        var members = ImmutableArray.CreateBuilder<JsonMember>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = ReadName(ref reader);
            reader.Read();
            members.Add(new JsonMember(name, ReadValue(ref reader)));
        }
        return members.DrainToImmutable();
    }

    // The names in ports of endpoints, which stand there by the hundred thousand: each as one string.
    private static readonly ImmutableArray<string> UsualNames =
    [
        "Proto", "IP", "Port", "HostIP", "HostPort", "HostPortEnd",
        "com.docker.network.endpoint.exposedports", "com.docker.network.portmap", "com.docker.network.endpoint.macaddress",
    ];

    private static string ReadName(ref Utf8JsonReader reader)
    {
        foreach (string name in UsualNames)
            if (Ascii.Equals(reader.ValueSpan, name))
                return name;
        return ReadText(ref reader);
    }

    // Utf8JsonReader.GetString refuses broken UTF-8 and lone surrogates; Go, and so the engines, read U+FFFD there.
    private static string ReadText(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? Unescape(reader.ValueSpan) : Encoding.UTF8.GetString(reader.ValueSpan);

    private static string Unescape(ReadOnlySpan<byte> raw)
    {
        var text = new StringBuilder(raw.Length);
        while (raw.IndexOf((byte)'\\') is >= 0 and var escape)
        {
            text.Append(Encoding.UTF8.GetString(raw[..escape]));
            raw = raw[escape..];
            int used = raw[1] == 'u' ? AppendUnicode(raw, text) : AppendSimple(raw[1], text);
            raw = raw[used..];
        }
        return text.Append(Encoding.UTF8.GetString(raw)).ToString();
    }

    private static int AppendSimple(byte code, StringBuilder text)
    {
        text.Append((char)code switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', var c => c });
        return 2;
    }

    private static int AppendUnicode(ReadOnlySpan<byte> raw, StringBuilder text)
    {
        char unit = Unit(raw);
        if (char.IsHighSurrogate(unit) && raw.Length >= 12 && raw[6] == '\\' && raw[7] == 'u' &&
            char.IsLowSurrogate(Unit(raw[6..])))
        {
            text.Append(unit).Append(Unit(raw[6..]));
            return 12;
        }
        text.Append(char.IsSurrogate(unit) ? '\uFFFD' : unit);
        return 6;
    }

    private static char Unit(ReadOnlySpan<byte> escape) => (char)Convert.ToUInt16(Encoding.ASCII.GetString(escape[2..6]), 16);

    private static string Describe(JsonException e, ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            return "the value is empty where a JSON record should stand.";
        return OffsetOf(e, utf8) >= utf8.Length
            ? $"the value ends after {utf8.Length} bytes, in the middle of its JSON."
            : "the value is not JSON here.";
    }

    private static int OffsetOf(JsonException e, ReadOnlySpan<byte> utf8)
    {
        int start = 0;
        for (long line = e.LineNumber ?? 0; line > 0; line--)
        {
            int end = utf8[start..].IndexOf((byte)'\n');
            if (end < 0)
                break;
            start += end + 1;
        }
        return (int)Math.Min(start + (e.BytePositionInLine ?? 0), utf8.Length);
    }
}
