using System.Text;
using System.Text.Json;

namespace OverlayBridge.Legacy.Json;

/// <summary>
/// A JSON value that stays text until it is asked for: nearly nobody asks for what a large store holds a hundred thousand times.
/// The text is known to be valid, and to be an object whose names are written without escapes.
/// </summary>
internal readonly struct JsonText
{
    private readonly JsonValue? _value;
    private readonly ReadOnlyMemory<byte> _text;

    public JsonText(JsonValue? value) => _value = value;

    public JsonText(ReadOnlyMemory<byte> text) => _text = text;

    /// <summary>Null when there is none.</summary>
    public JsonValue? Value => _text.IsEmpty ? _value : JsonParser.Parse("", _text.Span);

    /// <summary>As <see cref="JsonValue.Find(string)"/>, without reading the rest.</summary>
    public JsonValue? Find(string name)
    {
        if (_text.IsEmpty)
            return _value?.Find(name);
        var found = ReadOnlySpan<byte>.Empty;
        var json = new Utf8JsonReader(_text.Span);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool asked = Ascii.Equals(json.ValueSpan, name);
            json.Read();
            int start = (int)json.TokenStartIndex;
            json.Skip();
            if (asked)
                found = _text.Span[start..(int)json.BytesConsumed];
        }
        return found.IsEmpty ? null : JsonParser.Parse("", found);
    }
}
