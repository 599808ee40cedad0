using System.Collections.Immutable;

namespace OverlayBridge.Legacy.Json;

/// <summary>
/// An immutable JSON value that loses nothing Go's encoding/json would keep: numbers stay text (no double in between),
/// strings with broken UTF-8 or lone surrogates read with U+FFFD in place, and of equal names in an object the last counts.
/// </summary>
public sealed class JsonValue
{
    private JsonValue(JsonKind kind, string text, ImmutableArray<JsonValue> items, ImmutableArray<JsonMember> members,
        int offset) =>
        (Kind, Text, Items, Members, Offset) = (kind, text, items, members, offset);

    public JsonKind Kind { get; }

    /// <summary>The content of a string, the digits of a number, <c>true</c> or <c>false</c>; else empty.</summary>
    public string Text { get; }

    /// <summary>The elements of an array; else empty.</summary>
    public ImmutableArray<JsonValue> Items { get; }

    /// <summary>The members of an object as they stood, equal names included; else empty.</summary>
    public ImmutableArray<JsonMember> Members { get; }

    /// <summary>Where the value starts in the bytes it was read from; 0 for a value made in memory.</summary>
    public int Offset { get; }

    public static JsonValue Null { get; } = Of(JsonKind.Null, "", 0);

    public static JsonValue String(string text) => Of(JsonKind.String, text, 0);

    public static JsonValue Number(ulong number) =>
        Of(JsonKind.Number, number.ToString(System.Globalization.CultureInfo.InvariantCulture), 0);

    public static JsonValue Boolean(bool value) => Of(JsonKind.Boolean, value ? "true" : "false", 0);

    public static JsonValue Array(params ImmutableArray<JsonValue> items) => Array(items, 0);

    public static JsonValue Object(params ImmutableArray<JsonMember> members) => Object(members, 0);

    internal static JsonValue Of(JsonKind kind, string text, int offset) => new(kind, text, [], [], offset);

    internal static JsonValue Array(ImmutableArray<JsonValue> items, int offset) =>
        new(JsonKind.Array, "", items, [], offset);

    internal static JsonValue Object(ImmutableArray<JsonMember> members, int offset) =>
        new(JsonKind.Object, "", [], members, offset);

    /// <summary>The member of that name, or null; as Go does, the last of several, here by exact name.</summary>
    public JsonValue? Find(string name) => Find(name, StringComparison.Ordinal);

    /// <summary>As Go fills a struct: names match without case.</summary>
    internal JsonValue? FindWithoutCase(string name) => Find(name, StringComparison.OrdinalIgnoreCase);

    private JsonValue? Find(string name, StringComparison comparison)
    {
        for (int i = Members.Length - 1; i >= 0; i--)
            if (string.Equals(Members[i].Name, name, comparison))
                return Members[i].Value;
        return null;
    }

    public override string ToString() => GoJsonWriter.ToText(writer => writer.Value(this));
}
