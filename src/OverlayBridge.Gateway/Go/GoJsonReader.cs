using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace OverlayBridge.Gateway.Go;

/// <summary>
/// Reads one JSON value as Go's <c>json.Decoder</c> does: what follows it is not looked at, and what is wrong is said in the words of
/// Go's scanner.
/// </summary>
internal ref struct GoJsonReader
{
    /// <summary>Deeper values are refused; nothing that clients send comes near.</summary>
    private const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> _input;
    private int _at;
    private int _depth;

    private GoJsonReader(ReadOnlySpan<byte> input) => _input = input;

    /// <exception cref="GoJsonException">It is no JSON.</exception>
    public static GoValue Read(ReadOnlySpan<byte> input)
    {
        var reader = new GoJsonReader(input);
        reader.SkipSpace();
        return reader._at == input.Length ? throw new GoJsonException("EOF") : reader.Value();
    }

    private GoValue Value()
    {
        switch (Peek())
        {
            case (byte)'{':
                return Object();
            case (byte)'[':
                return Array();
            case (byte)'"':
                return new GoValue.Text(String());
            case (byte)'t':
                return Literal("true", new GoValue.Boolean(true));
            case (byte)'f':
                return Literal("false", new GoValue.Boolean(false));
            case (byte)'n':
                return Literal("null", new GoValue.Null());
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                return Number();
            default:
                throw Invalid("looking for beginning of value");
        }
    }

    private GoValue.Object Object()
    {
        Enter();
        var fields = ImmutableArray.CreateBuilder<(string, GoValue)>();
        if (Next() == '}')
        {
            Leave();
            return new GoValue.Object([]);
        }
        while (true)
        {
            if (Peek() != '"')
                throw Invalid("looking for beginning of object key string");
            var name = Encoding.UTF8.GetString(String().AsSpan());
            if (Next() != ':')
                throw Invalid("after object key");
            _at++;
            Next();
            fields.Add((name, Value()));
            switch (Next())
            {
                case (byte)'}':
                    Leave();
                    return new GoValue.Object(fields.ToImmutable());
                case (byte)',':
                    _at++;
                    Next();
                    break;
                default:
                    throw Invalid("after object key:value pair");
            }
        }
    }

    private GoValue.Array Array()
    {
        Enter();
        var items = ImmutableArray.CreateBuilder<GoValue>();
        if (Next() == ']')
        {
            Leave();
            return new GoValue.Array([]);
        }
        while (true)
        {
            items.Add(Value());
            switch (Next())
            {
                case (byte)']':
                    Leave();
                    return new GoValue.Array(items.ToImmutable());
                case (byte)',':
                    _at++;
                    Next();
                    break;
                default:
                    throw Invalid("after array element");
            }
        }
    }

    private GoValue Literal(string text, GoValue value)
    {
        for (var i = 0; i < text.Length; i++, _at++)
            if (Peek() != text[i])
                throw Invalid($"in literal {text} (expecting {Quote(text[i])})");
        return value;
    }

    private GoValue.Number Number()
    {
        var start = _at;
        if (Peek() == '-')
            _at++;
        if (Peek() == '0')
            _at++;
        else
            Digits("in numeric literal");
        if (!AtEnd && _input[_at] == '.')
        {
            _at++;
            Digits("after decimal point in numeric literal");
        }
        if (!AtEnd && _input[_at] is (byte)'e' or (byte)'E')
        {
            _at++;
            if (Peek() is (byte)'+' or (byte)'-')
                _at++;
            Digits("in exponent of numeric literal");
        }
        return new GoValue.Number(Encoding.ASCII.GetString(_input[start.._at]));
    }

    private void Digits(string where)
    {
        if (!char.IsAsciiDigit((char)Peek()))
            throw Invalid(where);
        while (!AtEnd && char.IsAsciiDigit((char)_input[_at]))
            _at++;
    }

    private ImmutableArray<byte> String()
    {
        var text = ImmutableArray.CreateBuilder<byte>();
        _at++;
        while (Peek() is var next && next != '"')
        {
            if (next < 0x20)
                throw Invalid("in string literal");
            if (next == '\\')
                Escape(text);
            else
                Character(text);
        }
        _at++;
        return text.ToImmutable();
    }

    private void Character(ImmutableArray<byte>.Builder text)
    {
        Rune.DecodeFromUtf8(_input[_at..], out var rune, out var length);
        Add(text, rune);
        // Go replaces byte by byte what is no UTF-8.
        _at += rune == Rune.ReplacementChar && length != 3 ? 1 : length;
    }

    private void Escape(ImmutableArray<byte>.Builder text)
    {
        _at++;
        var escaped = Peek();
        if (escaped == 'u')
        {
            Add(text, Unicode());
            return;
        }
        var at = "\"\\/bfnrt"u8.IndexOf(escaped);
        if (at < 0)
            throw Invalid("in string escape code");
        text.Add("\"\\/\b\f\n\r\t"u8[at]);
        _at++;
    }

    /// <summary>A character by number, or by the two halves of its number; half of one is U+FFFD.</summary>
    private Rune Unicode()
    {
        var unit = HexUnit();
        if (!char.IsSurrogate(unit))
            return new Rune(unit);
        if (!char.IsHighSurrogate(unit) || _input.Length < _at + 6 || _input[_at] != '\\' || _input[_at + 1] != 'u')
            return Rune.ReplacementChar;
        var back = _at++;
        if (Rune.TryCreate(unit, HexUnit(), out var rune))
            return rune;
        _at = back;
        return Rune.ReplacementChar;
    }

    private char HexUnit()
    {
        _at++;
        var unit = 0;
        for (var i = 0; i < 4; i++, _at++)
        {
            if (!char.IsAsciiHexDigit((char)Peek()))
                throw Invalid("in \\u hexadecimal character escape");
            unit = unit * 16 + int.Parse([(char)_input[_at]], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }
        return (char)unit;
    }

    private static void Add(ImmutableArray<byte>.Builder text, Rune rune)
    {
        Span<byte> utf8 = stackalloc byte[4];
        text.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
    }

    private readonly bool AtEnd => _at == _input.Length;

    private readonly byte Peek() => AtEnd ? throw new GoJsonException("unexpected EOF") : _input[_at];

    /// <summary>The next byte that is no white space.</summary>
    private byte Next()
    {
        SkipSpace();
        return Peek();
    }

    private void SkipSpace()
    {
        while (!AtEnd && _input[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            _at++;
    }

    private void Enter()
    {
        if (++_depth > MaxDepth)
            throw new GoJsonException("exceeded max depth");
        _at++;
    }

    private void Leave()
    {
        _depth--;
        _at++;
    }

    private readonly GoJsonException Invalid(string where) => new($"invalid character {Quote((char)_input[_at])} {where}");

    private static string Quote(char character) => character switch
    {
        '\'' => "'\\''",
        '"' => "'\"'",
        _ => $"'{GoText.Quote(character.ToString())[1..^1]}'",
    };
}
