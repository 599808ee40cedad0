using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Legacy.Json;

/// <summary>
/// Writes JSON byte for byte as Go's encoding/json does: no blanks; <c>&lt; &gt; &amp;</c>, U+2028 and U+2029 escaped
/// with lower-case hex; of the controls only <c>\n \r \t</c> have short forms; all else as UTF-8.
/// </summary>
internal sealed class GoJsonWriter
{
    private readonly ArrayBufferWriter<byte> _out = new(512);
    private bool _comma;

    public static ImmutableArray<byte> ToBytes(Action<GoJsonWriter> write)
    {
        var writer = new GoJsonWriter();
        write(writer);
        return ImmutableCollectionsMarshal.AsImmutableArray(writer._out.WrittenSpan.ToArray());
    }

    /// <summary>The same as text: for a string that holds JSON.</summary>
    public static string ToText(Action<GoJsonWriter> write)
    {
        var writer = new GoJsonWriter();
        write(writer);
        return Encoding.UTF8.GetString(writer._out.WrittenSpan);
    }

    public void Object(Action<GoJsonWriter> members) => Between('{', members, '}');

    public void Array<T>(IEnumerable<T> items, Action<GoJsonWriter, T> write) => Between('[', writer =>
    {
        foreach (var item in items)
            write(writer, item);
    }, ']');

    public GoJsonWriter Name(string name)
    {
        String(name);
        Raw(":");
        _comma = false;
        return this;
    }

    public void String(string text)
    {
        Separate();
        Raw("\"");
        var rest = text.AsSpan();
        while (rest.IndexOfAny(Escaped) is >= 0 and var at)
        {
            Raw(rest[..at]);
            Raw(Escape(rest[at]));
            rest = rest[(at + 1)..];
        }
        Raw(rest);
        Raw("\"");
    }

    public void Number(ulong number) => Token(number.ToString(CultureInfo.InvariantCulture));

    public void Number(long number) => Token(number.ToString(CultureInfo.InvariantCulture));

    public void Boolean(bool value) => Token(value ? "true" : "false");

    public void Null() => Token("null");

    /// <summary>A map of strings, sorted by the bytes of the key; null as Go writes a nil map.</summary>
    public void Map(ImmutableSortedDictionary<string, string>? map)
    {
        if (map is null)
            Null();
        else
            Object(writer =>
            {
                foreach (var (name, text) in map)
                    writer.Name(name).String(text);
            });
    }

    /// <summary>A list of strings; null as Go writes a nil slice.</summary>
    public void Strings(ImmutableArray<string>? items)
    {
        if (items is { } list)
            Array(list, static (writer, item) => writer.String(item));
        else
            Null();
    }

    /// <summary>Any value the way Go writes one that it read into a map: names sorted, of equal names the last.</summary>
    public void Value(JsonValue value)
    {
        switch (value.Kind)
        {
            case JsonKind.Object:
                var members = new SortedDictionary<string, JsonValue>(KeyOrder.Instance);
                foreach (var member in value.Members)
                    members[member.Name] = member.Value;
                Object(writer =>
                {
                    foreach (var (name, item) in members)
                        writer.Name(name).Value(item);
                });
                break;
            case JsonKind.Array:
                Array(value.Items, static (writer, item) => writer.Value(item));
                break;
            case JsonKind.String:
                String(value.Text);
                break;
            case JsonKind.Null:
                Null();
                break;
            default:
                Token(value.Text);
                break;
        }
    }

    private static readonly SearchValues<char> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(c => (char)c), '"', '\\', '<', '>', '&', '\u2028', '\u2029']);

    private static string Escape(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => $"\\u{(int)c:x4}",
    };

    private void Between(char open, Action<GoJsonWriter> content, char close)
    {
        Separate();
        Raw([open]);
        _comma = false;
        content(this);
        Raw([close]);
        _comma = true;
    }

    private void Token(string text)
    {
        Separate();
        Raw(text);
    }

    private void Separate()
    {
        if (_comma)
            Raw(",");
        _comma = true;
    }

    private void Raw(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, _out);
}
