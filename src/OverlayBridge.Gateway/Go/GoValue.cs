using System.Collections.Immutable;
using System.Text;

namespace OverlayBridge.Gateway.Go;

/// <summary>A JSON value as <see cref="GoJsonReader"/> reads it.</summary>
internal abstract record GoValue
{
    private GoValue()
    {
    }

    /// <summary>What Go calls its kind in an error.</summary>
    public abstract string Kind { get; }

    public sealed record Null : GoValue
    {
        public override string Kind => "null";
    }

    public sealed record Boolean(bool Value) : GoValue
    {
        public override string Kind => "bool";
    }

    /// <param name="Digits">As written: a 64-bit number must not pass through a double.</param>
    public sealed record Number(string Digits) : GoValue
    {
        public override string Kind => "number";
    }

    /// <param name="Utf8">Unescaped; what was no UTF-8 is U+FFFD.</param>
    public sealed record Text(ImmutableArray<byte> Utf8) : GoValue
    {
        public override string Kind => "string";

        public override string ToString() => Encoding.UTF8.GetString(Utf8.AsSpan());
    }

    public sealed record Array(ImmutableArray<GoValue> Items) : GoValue
    {
        public override string Kind => "array";
    }

    public sealed record Object(ImmutableArray<(string Name, GoValue Value)> Fields) : GoValue
    {
        public override string Kind => "object";
    }
}
