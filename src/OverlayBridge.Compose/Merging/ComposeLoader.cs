using System.Collections.Immutable;
using OverlayBridge.Compose.Interpolation;
using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Merging;

/// <summary>Several files to the one mapping that Compose sees: variables, <c>include</c>, <c>extends</c>, then file over file.</summary>
internal sealed class ComposeLoader
{
    private readonly IComposeFiles _files;
    private readonly Template _template;
    private readonly SortedSet<string> _unset = new(StringComparer.Ordinal);
    private int _read;

    private ComposeLoader(IComposeFiles files, IReadOnlyDictionary<string, string> variables) =>
        (_files, _template) = (files, new Template(name => variables.GetValueOrDefault(name), name => _unset.Add(name)));

    /// <param name="files">In the order in which they are laid over each other.</param>
    /// <returns>The whole, and the variables that had no value.</returns>
    /// <exception cref="ComposeException">A file cannot be read.</exception>
    public static (MappingNode Root, ImmutableArray<string> Unset) Load(
        ImmutableArray<SourceText> files, IReadOnlyDictionary<string, string> variables, IComposeFiles others)
    {
        if (files.IsEmpty)
            throw new ComposeException("No Compose file is given.", null, "There is nothing to read.", "Name at least one file.");
        var loader = new ComposeLoader(others, variables);
        var root = files.Select(file => loader.File(file, 0)).Aggregate(FileMerge.Merge);
        return (FileMerge.WithoutResets(root), [.. loader._unset]);
    }

    private MappingNode File(SourceText source, int depth)
    {
        var extension = new Extension((path, at) => Parse(Open(path, at)));
        return Included(extension.Resolve(Parse(source)), depth);
    }

    private MappingNode Included(MappingNode file, int depth)
    {
        if (file.FindEntry("include") is not { } include)
            return file;
        if (depth >= ComposeLimits.ChainMax)
            throw new ComposeException($"More than {ComposeLimits.ChainMax} files include each other in a row.", include.At, "What is included must be found in an end.", "Break the chain.");
        var own = new MappingNode(file.At, file.Tag, [.. file.Entries.Where(static entry => entry.Key != "include")]);
        return Paths(include.Value).Select(path => File(Open(path.Text, path.At), depth + 1)).Append(own).Aggregate(FileMerge.Merge);
    }

    private static IEnumerable<ScalarNode> Paths(YamlNode include) => include switch
    {
        { IsNull: true } => [],
        ScalarNode path => [path],
        SequenceNode list => list.Items.SelectMany(Paths),
        MappingNode mapping when mapping.Find("path") is { } path && !mapping.Has("env_file") && !mapping.Has("project_directory") => Paths(path),
        _ => throw new ComposeException(
            "This 'include' has more than paths.", include.At, "With an environment or a folder of its own only Compose itself can read it.",
            "Install docker compose, which is used where it is there, or give what 'docker compose config' prints."),
    };

    private SourceText Open(string path, SourceLocation at) => _files.Read(path, at.File);

    private MappingNode Parse(SourceText source)
    {
        if (++_read > ComposeLimits.FilesMax)
            throw new ComposeException($"The project has more than {ComposeLimits.FilesMax} files.", null, "Files that include or extend each other in a circle never end.", "Look for the circle.");
        return FormatOne.Lift(Interpolator.Apply(ComposeYaml.Read(source), _template));
    }
}
