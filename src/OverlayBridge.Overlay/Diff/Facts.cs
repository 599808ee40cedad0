using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Legacy.Store;

namespace OverlayBridge.Overlay.Diff;

/// <summary>Collects facts as texts; what is absent, empty or false is left out, so that a fact appears when it becomes true.</summary>
internal sealed class Facts
{
    private readonly ImmutableSortedDictionary<string, string>.Builder _facts =
        ImmutableSortedDictionary.CreateBuilder<string, string>(KeyOrder.Instance);

    public Facts Add(string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
            _facts[name] = text;
        return this;
    }

    public Facts Add(string name, bool value) => Add(name, value ? "true" : null);

    public Facts Add(string name, IFormattable? number) => Add(name, number?.ToString(null, CultureInfo.InvariantCulture));

    public Facts Add(string name, IEnumerable<string> texts) => Add(name, string.Join(", ", texts));

    public Facts Add(string name, ImmutableSortedDictionary<string, string> texts)
    {
        foreach (var (key, text) in texts)
            _facts[$"{name}:{key}"] = text;
        return this;
    }

    public ImmutableSortedDictionary<string, string> ToImmutable() => _facts.ToImmutable();
}
