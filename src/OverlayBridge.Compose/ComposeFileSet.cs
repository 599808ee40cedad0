using System.Collections.Immutable;
using OverlayBridge.Compose.Merging;
using OverlayBridge.Compose.Projects;
using OverlayBridge.Yaml;

namespace OverlayBridge.Compose;

/// <summary>
/// The files of a project, read: what Compose makes of them, and where everything stands in them. What Compose itself printed (<c>config</c>) counts
/// where it was there to ask; the places are always found by the own reader.
/// </summary>
public sealed class ComposeFileSet
{
    private readonly MappingNode _root;

    private ComposeFileSet(MappingNode root, ComposeProject project, ImmutableArray<string> unset) =>
        (_root, Project, UnsetVariables) = (root, project, unset);

    public ComposeProject Project { get; }

    /// <summary>Variables that are used without a default and have no value: Compose takes them as empty.</summary>
    public ImmutableArray<string> UnsetVariables { get; }

    internal MappingNode Root => _root;

    /// <param name="files">In the order in which they are laid over each other.</param>
    /// <param name="others">For files that they name.</param>
    /// <exception cref="ComposeException">They cannot be read.</exception>
    public static ComposeFileSet Read(ImmutableArray<SourceText> files, ProjectSettings settings, IComposeFiles others)
    {
        var (root, unset) = ComposeLoader.Load(files, settings.Variables, others);
        return new(root, ProjectReader.Read(root, settings), unset);
    }

    /// <summary>The same files, but with what Compose itself says that they mean.</summary>
    /// <param name="printed">What <c>docker compose config</c> or <c>docker-compose config</c> printed, in YAML.</param>
    /// <exception cref="ComposeException">That cannot be read.</exception>
    public ComposeFileSet As(SourceText printed, ProjectSettings settings)
    {
        var read = ProjectReader.Read(ComposeYaml.Read(printed), settings with { DefaultName = Project.Name });
        return new(_root, read with { Version = Project.Version, IsFormatOne = Project.IsFormatOne, Inactive = Project.Inactive }, UnsetVariables);
    }

    /// <summary>Where something stands, or the nearest thing around it that is in the files.</summary>
    public SourceLocation Locate(ImmutableArray<string> path) => NodePath.Locate(_root, path);
}
