using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Legacy.Addresses;
using OverlayBridge.Legacy.Json;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Legacy.Records;

/// <summary>
/// A JSON object seen as a record: fields by name, with errors that name key, byte offset and field. "Required" are the
/// fields without which the engines' code dies; a wrong type is an error wherever the engines do not ignore it.
/// </summary>
internal readonly struct RecordObject
{
    private readonly string _key;
    private readonly JsonValue _value;
    private readonly string _path;
    private readonly int? _at;

    /// <param name="at">Offset to report instead of the values' own: for objects inside a string that holds JSON.</param>
    public RecordObject(string key, JsonValue value, string path = "", int? at = null)
    {
        (_key, _value, _path, _at) = (key, value, path, at);
        if (value.Kind != JsonKind.Object)
            throw Fault(value, path.Length == 0 ? "the record is not a JSON object." : $"{path} is not a JSON object.");
    }

    public static RecordObject Parse(string key, ReadOnlySpan<byte> value) => new(key, JsonParser.Parse(key, value));

    public ImmutableArray<JsonMember> Members => _value.Members;

    public JsonValue? Raw(string name) => _value.Find(name);

    public string Key => _key;

    public string RequiredString(string name) => Typed(name, JsonKind.String, required: true)!.Text;

    public bool RequiredBoolean(string name) => Typed(name, JsonKind.Boolean, required: true)!.Text == "true";

    public string String(string name, string absent = "") => Typed(name, JsonKind.String)?.Text ?? absent;

    public bool Boolean(string name) => Typed(name, JsonKind.Boolean)?.Text == "true";

    /// <summary>A field the engines read through a double: whole numbers in any spelling (<c>1e3</c>), without the double.</summary>
    public ulong UInt64(string name) => Typed(name, JsonKind.Number) is { } number ? Number(number, name) : 0;

    /// <summary>An object, or nothing when absent or null.</summary>
    public RecordObject? Object(string name) =>
        _value.Find(name) is { Kind: not JsonKind.Null } value ? Nested(value, name) : null;

    public RecordObject Nested(JsonValue value, string name) => new(_key, value, PathOf(name), _at);

    /// <summary>The JSON held by a string field, or nothing when absent or empty.</summary>
    public JsonValue? NestedJson(string name) =>
        Typed(name, JsonKind.String) is { Text.Length: > 0 } text
            ? JsonParser.ParseNested(_key, text.Text, PathOf(name), _at ?? text.Offset)
            : null;

    public int OffsetOf(string name) => _at ?? (_value.Find(name) ?? _value).Offset;

    /// <summary>An object of strings; null when absent, null or no object at all, which the engines ignore.</summary>
    public ImmutableSortedDictionary<string, string>? Map(string name)
    {
        if (_value.Find(name) is not { Kind: JsonKind.Object } map)
            return null;
        var strings = ImmutableSortedDictionary.CreateBuilder<string, string>(KeyOrder.Instance);
        foreach (var member in map.Members)
            strings[member.Name] = member.Value.Kind == JsonKind.String
                ? member.Value.Text
                : throw Fault(member.Value, $"{PathOf(name)}.{member.Name} is not a string.");
        return strings.ToImmutable();
    }

    /// <summary>A list of strings; null when it is anything else, which the engines ignore.</summary>
    public ImmutableArray<string>? Strings(string name)
    {
        if (_value.Find(name) is not { Kind: JsonKind.Array } list || list.Items.Any(i => i.Kind != JsonKind.String))
            return null;
        return [.. list.Items.Select(i => i.Text)];
    }

    /// <summary>A string that must hold an address with its prefix length when it is there.</summary>
    public string? CidrText(string name)
    {
        if (Typed(name, JsonKind.String) is not { } text)
            return null;
        return Cidr.TryParse(text.Text, out _)
            ? text.Text
            : throw Fault(text, $"{PathOf(name)} is no address with a prefix length.");
    }

    /// <summary>Fields of a Go struct: matched without case, null as absent.</summary>
    public JsonValue? StructField(string name, JsonKind kind)
    {
        if (_value.FindWithoutCase(name) is not { Kind: not JsonKind.Null } value)
            return null;
        return value.Kind == kind ? value : throw Fault(value, $"{PathOf(name)} is not a JSON {Word(kind)}.");
    }

    public string StructString(string name) => StructField(name, JsonKind.String)?.Text ?? "";

    /// <summary>An unsigned number of a Go struct: digits only.</summary>
    public ulong StructUInt64(string name, ulong most = ulong.MaxValue)
    {
        if (StructField(name, JsonKind.Number) is not { } number)
            return 0;
        return ulong.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value <= most
            ? value
            : throw Fault(number, $"{PathOf(name)} is not a whole number from 0 to {most}.");
    }

    public RecordFormatException Fault(JsonValue at, string what) => new(_key, _at ?? at.Offset, what,
        "Restore the value from a backup, or write it anew from what the engines report (docker inspect).");

    private JsonValue? Typed(string name, JsonKind kind, bool required = false)
    {
        if (_value.Find(name) is not { } value)
            return required ? throw Fault(_value, $"{PathOf(name)} is missing.") : null;
        return value.Kind == kind ? value : throw Fault(value, $"{PathOf(name)} is not a JSON {Word(kind)}.");
    }

    private ulong Number(JsonValue number, string name)
    {
        if (ulong.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong plain))
            return plain;
        return decimal.TryParse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value) &&
            value >= 0 && value <= ulong.MaxValue && decimal.IsInteger(value)
            ? (ulong)value
            : throw Fault(number, $"{PathOf(name)} is not a whole number from 0 to {ulong.MaxValue}.");
    }

    private string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private static string Word(JsonKind kind) => kind.ToString().ToLowerInvariant();
}
