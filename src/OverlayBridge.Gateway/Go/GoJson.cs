using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace OverlayBridge.Gateway.Go;

/// <summary>
/// JSON byte for byte as Go's <c>encoding/json</c> writes it: compact without a final newline, or with four spaces and
/// one; <c>&lt; &gt; &amp;</c> and the line separators escaped; a byte that is not UTF-8 as <c>\ufffd</c>.
/// </summary>
internal sealed class GoJson(bool pretty)
{
    /// <summary>An entry with a value of 256 bytes takes no more.</summary>
    private const int FirstBuffer = 512;

    /// <summary>ASCII that stands in a string as it is.</summary>
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x7f - 0x20).Select(static value => (byte)value).Where(static value => value is not ((byte)'"' or (byte)'\\' or (byte)'<' or (byte)'>' or (byte)'&'))]);

    private readonly ArrayBufferWriter<byte> _output = new(FirstBuffer);
    private int _depth;
    private bool _first = true;
    private bool _named;

    public ReadOnlyMemory<byte> Finish()
    {
        if (pretty)
            Raw("\n"u8);
        return _output.WrittenMemory;
    }

    public void BeginArray() => Begin((byte)'[');

    public void EndArray() => End((byte)']');

    public void BeginObject() => Begin((byte)'{');

    public void EndObject() => End((byte)'}');

    public void Name(ReadOnlySpan<byte> name)
    {
        Separate();
        Quoted(name);
        Raw(pretty ? ": "u8 : ":"u8);
        _named = true;
    }

    public void Text(ReadOnlySpan<byte> utf8)
    {
        Separate();
        Quoted(utf8);
    }

    public void Text(string text) => Text(Encoding.UTF8.GetBytes(text));

    public void Number(ulong number)
    {
        Separate();
        Utf8Formatter.TryFormat(number, _output.GetSpan(20), out var length);
        _output.Advance(length);
    }

    public void Number(long number)
    {
        Separate();
        Utf8Formatter.TryFormat(number, _output.GetSpan(20), out var length);
        _output.Advance(length);
    }

    public void Boolean(bool value)
    {
        Separate();
        Raw(value ? "true"u8 : "false"u8);
    }

    public void Null()
    {
        Separate();
        Raw("null"u8);
    }

    public void Base64(ReadOnlySpan<byte> bytes)
    {
        Separate();
        Raw("\""u8);
        System.Buffers.Text.Base64.EncodeToUtf8(
            bytes, _output.GetSpan(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        _output.Advance(written);
        Raw("\""u8);
    }

    private void Begin(byte bracket)
    {
        Separate();
        _output.Write([bracket]);
        _depth++;
        _first = true;
    }

    private void End(byte bracket)
    {
        _depth--;
        if (!_first)
            NewLine();
        _first = false;
        _output.Write([bracket]);
    }

    private void Separate()
    {
        if (_named)
        {
            _named = false;
            return;
        }
        if (!_first)
            Raw(","u8);
        _first = false;
        if (_depth > 0)
            NewLine();
    }

    private void NewLine()
    {
        if (!pretty)
            return;
        Raw("\n"u8);
        for (var i = 0; i < _depth; i++)
            Raw("    "u8);
    }

    private void Quoted(ReadOnlySpan<byte> utf8)
    {
        Raw("\""u8);
        while (true)
        {
            var plain = utf8.IndexOfAnyExcept(Plain);
            Raw(plain < 0 ? utf8 : utf8[..plain]);
            if (plain < 0)
                break;
            utf8 = utf8[plain..];
            var status = Rune.DecodeFromUtf8(utf8, out var rune, out var length);
            if (status != OperationStatus.Done)
            {
                // Go replaces byte by byte, whatever the bytes might have become.
                Raw("\\ufffd"u8);
                length = 1;
            }
            else
            {
                Write(rune, utf8[..length]);
            }
            utf8 = utf8[length..];
        }
        Raw("\""u8);
    }

    private void Write(Rune rune, ReadOnlySpan<byte> utf8)
    {
        switch (rune.Value)
        {
            case '"':
                Raw("\\\""u8);
                break;
            case '\\':
                Raw("\\\\"u8);
                break;
            case '\n':
                Raw("\\n"u8);
                break;
            case '\r':
                Raw("\\r"u8);
                break;
            case '\t':
                Raw("\\t"u8);
                break;
            case < 0x20 or '<' or '>' or '&' or 0x2028 or 0x2029:
                Raw(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}")));
                break;
            default:
                Raw(utf8);
                break;
        }
    }

    private void Raw(ReadOnlySpan<byte> bytes) => _output.Write(bytes);
}
