using System.Collections.Immutable;

namespace OverlayBridge.Compose.Projects;

/// <summary>What is said about a project outside of its files.</summary>
/// <param name="Name"><c>--project-name</c> or <c>COMPOSE_PROJECT_NAME</c>; null when not given.</param>
/// <param name="DefaultName">Where the files have no name either: that of their folder.</param>
/// <param name="Profiles">In use; <c>*</c> stands for all.</param>
/// <param name="Variables">Of the environment and of <c>.env</c>.</param>
public sealed record ProjectSettings(
    string? Name, string DefaultName, ImmutableArray<string> Profiles, IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>A project's name as Compose 2 writes it: lower-case letters, digits, hyphen and underscore, beginning with a letter or digit.</summary>
    public static string Normal(string name)
    {
        var kept = string.Concat(name.ToLowerInvariant().Where(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')).TrimStart('-', '_');
        return kept.Length == 0 ? "default" : kept;
    }
}
