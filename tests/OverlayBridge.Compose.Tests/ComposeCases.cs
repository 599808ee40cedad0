using System.Collections.Immutable;
using System.Text.Json;
using OverlayBridge.Compose.Interpolation;
using OverlayBridge.Compose.Projects;
using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Tests;

/// <summary>The folders of <c>cases</c>: Compose files, and what both generations of Docker Compose print of them (<c>record.sh</c>).</summary>
internal static class ComposeCases
{
    private static readonly string Folder = Path.Combine(TestFiles.RepositoryRoot, "tests", "OverlayBridge.Compose.Tests", "cases");

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    public static IEnumerable<string> Names => Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal);

    public static string PathOf(string name, string file) => Path.Combine(Folder, name, file);

    public static ProjectSettings Settings(string name)
    {
        var profiles = PathOf(name, "profiles");
        var variables = PathOf(name, ".env");
        return new(
            name == "defaults" ? null : name, name, File.Exists(profiles) ? [File.ReadAllText(profiles).Trim()] : [],
            File.Exists(variables) ? DotEnv.Parse(new(variables, File.ReadAllText(variables)), ImmutableDictionary<string, string>.Empty) : ImmutableDictionary<string, string>.Empty);
    }

    public static ComposeFileSet Read(string name) =>
        ComposeFileSet.Read([.. Directory.GetFiles(PathOf(name, ""), "?.yml").Order(StringComparer.Ordinal).Select(Disk.Read)], Settings(name), new Disk());

    /// <summary>A project as text: two are equal when their texts are.</summary>
    public static string Text(ComposeProject project) => JsonSerializer.Serialize(project, Readable);

    internal sealed class Disk : IComposeFiles
    {
        public static SourceText Read(string path) => new(path, File.ReadAllText(path));

        public SourceText Read(string path, string namedIn) => Read(Path.Combine(Path.GetDirectoryName(namedIn)!, path));
    }
}
