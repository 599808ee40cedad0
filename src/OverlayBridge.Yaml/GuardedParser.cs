using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OverlayBridge.Yaml;

/// <summary>
/// YamlDotNet's parser, but every text that it cannot take ends in a <see cref="YamlException"/>: version 18 ends some of them in exceptions of its own
/// working (<c>{</c> in the middle of a plain value: InvalidOperationException).
/// </summary>
internal sealed class GuardedParser(string text) : IParser
{
    private readonly Parser _parser = new(new StringReader(text));

    public ParsingEvent? Current => _parser.Current;

    public bool MoveNext()
    {
        try
        {
            return _parser.MoveNext();
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException or IndexOutOfRangeException or InvalidCastException or NullReferenceException)
        {
            var at = _parser.Current?.End ?? Mark.Empty;
            throw new YamlException(at, at, "The text behind this place is not to be understood.", failure);
        }
    }
}
