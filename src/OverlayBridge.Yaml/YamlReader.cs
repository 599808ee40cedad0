using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OverlayBridge.Yaml;

/// <summary>
/// Text to nodes, by the events of YamlDotNet's parser. What is more than the <see cref="YamlRules"/> allow is refused as soon as it shows; aliases
/// are never written out.
/// </summary>
public sealed class YamlReader
{
    private const string MergeKey = "<<";

    private readonly string _file;
    private readonly YamlRules _rules;
    private readonly GuardedParser _parser;
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private readonly Action<YamlFileException>? _tolerated;
    private int _depth;

    private YamlReader(SourceText source, YamlRules rules, Action<YamlFileException>? tolerated) =>
        (_file, _rules, _tolerated, _parser) = (source.Name, rules, tolerated, new GuardedParser(source.Text));

    /// <summary>The mapping that a file consists of; an empty one for an empty file.</summary>
    /// <param name="tolerated">
    /// Told of faults that the rest can be read in spite of (a key that is there twice: the first one counts); null to end at the first.
    /// </param>
    /// <exception cref="YamlFileException">It is no YAML, no mapping, or larger than the limits.</exception>
    public static MappingNode Read(SourceText source, YamlRules rules, Action<YamlFileException>? tolerated = null)
    {
        if (source.Text.Length > rules.LengthMax)
            throw new YamlFileException(
                $"{source.Name} has {source.Text.Length} characters.", null, $"{rules.What} has at most {rules.LengthMax}.",
                "Check that it is the file you mean.");
        try
        {
            return new YamlReader(source, rules, tolerated).Document();
        }
        catch (YamlException failure)
        {
            throw new YamlFileException(
                "This is no valid YAML.", new(source.Name, Position(failure.Start.Line), Position(failure.Start.Column)), failure.Message,
                "Mend the file; indentation by tabs and a missing space behind a colon are the usual causes.", failure);
        }
    }

    private MappingNode Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
            return new(new(_file, 1, 1), null, []);
        _parser.Consume<DocumentStart>();
        var root = Node();
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
            throw Bad(At(second), "A second document begins here.", $"{_rules.What} is one YAML document.", "Put it into a file of its own.");
        return root switch
        {
            MappingNode mapping => mapping,
            { IsNull: true } => new(root.At, null, []),
            _ => throw Bad(root.At, $"The file consists of {root.Kind}.", $"{_rules.What} is a mapping: {_rules.Keys} and so on.", "Check that it is the file you mean."),
        };
    }

    private YamlNode Node()
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias))
            return _anchors.GetValueOrDefault(alias.Value.Value)
                ?? throw Bad(At(alias), $"The alias *{alias.Value.Value} names nothing.", "Its anchor must stand before it in the same file, and may not hold it.", $"Define &{alias.Value.Value} above.");
        if (++_depth > _rules.DepthMax)
            throw Bad(At(_parser.Current!), $"Mappings and lists are more than {_rules.DepthMax} deep in each other.", $"{_rules.What} never needs that.", "Check that it is the file you mean.");
        // YamlDotNet lets some mappings end behind a key.
        if (_parser.Current is not NodeEvent started)
            throw Bad(At(_parser.Current!), "A value is missing.", "A mapping or list ends where a value must be.", "Mend the file.");
        YamlNode node = started switch
        {
            Scalar => Single(_parser.Consume<Scalar>()),
            SequenceStart => Sequence(),
            _ => Mapping(),
        };
        _depth--;
        if (node.Weight > _rules.NodesMax)
            throw Bad(node.At, $"With its aliases written out this has more than {_rules.NodesMax} values.", "Aliases of aliases grow without end.", "Take out some of the aliases.");
        if (!started.Anchor.IsEmpty)
            _anchors[started.Anchor.Value] = node;
        return node;
    }

    private ScalarNode Single(Scalar scalar) => new(At(scalar), TagOf(scalar), scalar.Value, scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any));

    private SequenceNode Sequence()
    {
        var start = _parser.Consume<SequenceStart>();
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(Node());
        return new(At(start), TagOf(start), items.DrainToImmutable());
    }

    private MappingNode Mapping()
    {
        var start = _parser.Consume<MappingStart>();
        var own = new List<MappingEntry>();
        var merged = new List<MappingNode>();
        var seen = new Dictionary<string, SourceLocation>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node() as ScalarNode ?? throw Bad(At(start), "A key of this mapping is a mapping or a list.", "Keys are names.", "Write names before the colons.");
            var value = Node();
            if (key is { Text: MergeKey, IsQuoted: false })
                merged.AddRange(Merged(value));
            else if (!seen.TryAdd(key.Text, key.At))
                Tolerate(Bad(key.At, $"'{key.Text}' is here for the second time.", $"The first is at {seen[key.Text]}; {_rules.TwiceWhy}.", "Remove one of them."));
            else
                own.Add(new(key.Text, key.At, value));
        }

        // Own keys win over merged ones, earlier merged mappings over later ones (YAML's merge key type).
        var inherited = from mapping in merged from entry in mapping.Entries where seen.TryAdd(entry.Key, entry.At) select entry;
        return new(At(start), TagOf(start), [.. inherited.ToList(), .. own]);
    }

    private void Tolerate(YamlFileException fault)
    {
        if (_tolerated is null)
            throw fault;
        _tolerated(fault);
    }

    private static IEnumerable<MappingNode> Merged(YamlNode value) => value switch
    {
        MappingNode mapping => [mapping],
        SequenceNode list when list.Items.All(static item => item is MappingNode) => list.Items.Cast<MappingNode>(),
        _ => throw Bad(value.At, $"<< merges {value.Kind}.", "It takes an alias of a mapping, or a list of such.", "Write <<: *NAME."),
    };

    private SourceLocation At(ParsingEvent happened) => new(_file, Position(happened.Start.Line), Position(happened.Start.Column));

    private static int Position(long number) => (int)Math.Clamp(number, 1, int.MaxValue);

    private static string? TagOf(NodeEvent node) => node.Tag.IsEmpty || node.Tag.IsNonSpecific ? null : node.Tag.Value;

    private static YamlFileException Bad(SourceLocation at, string what, string why, string remedy) => new(what, at, why, remedy);
}
