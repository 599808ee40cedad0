using System.Xml.Linq;

namespace OverlayBridge.Tests.Architecture;

/// <summary>Keeps the table of docs/architecture.md true: which project may use which.</summary>
public class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["OverlayBridge.Legacy"] = [],
        ["OverlayBridge.Overlay"] = ["OverlayBridge.Legacy"],
        ["OverlayBridge.Sources"] = ["OverlayBridge.Legacy"],
        ["OverlayBridge.Store"] = [],
        ["OverlayBridge.Gateway"] = ["OverlayBridge.Store"],
        ["OverlayBridge.Engines"] = ["OverlayBridge.Overlay"],
        ["OverlayBridge.DataPlane"] = ["OverlayBridge.Overlay"],
        ["OverlayBridge.Migration"] =
            ["OverlayBridge.Overlay", "OverlayBridge.Sources", "OverlayBridge.Engines", "OverlayBridge.DataPlane", "OverlayBridge.Names"],
        ["OverlayBridge.Reports"] = ["OverlayBridge.Overlay"],
        ["OverlayBridge.Yaml"] = [],
        ["OverlayBridge.Compose"] = ["OverlayBridge.Yaml"],
        ["OverlayBridge.Plans"] = ["OverlayBridge.Overlay", "OverlayBridge.Yaml"],
        ["OverlayBridge.Names"] = [],
        ["OverlayBridge.Terminal"] = ["OverlayBridge.Sources", "OverlayBridge.Reports"],
        ["OverlayBridge.Hosting"] = ["OverlayBridge.Migration", "OverlayBridge.Terminal"],
        ["OverlayBridge.Agent"] = ["OverlayBridge.Hosting"],
        ["OverlayBridge"] =
            ["OverlayBridge.Migration", "OverlayBridge.Hosting", "OverlayBridge.Gateway", "OverlayBridge.Reports", "OverlayBridge.Compose", "OverlayBridge.Plans"],
    };

    private static readonly string[] PureProjects =
        ["OverlayBridge.Legacy", "OverlayBridge.Overlay", "OverlayBridge.Reports"];

    public static TheoryData<string> Projects => [.. SourceProjects().Select(p => p.Name)];

    [Fact]
    public void Every_source_project_has_its_directions_written_down() =>
        Assert.Equal(Allowed.Keys.Order(), SourceProjects().Select(p => p.Name).Order());

    [Theory, MemberData(nameof(Projects))]
    public void A_project_uses_only_the_projects_it_may_use(string name)
    {
        var references = Items(Load(name), "ProjectReference").Select(Path.GetFileNameWithoutExtension);

        Assert.Empty(references.Except(Allowed[name]));
    }

    [Theory, MemberData(nameof(Pure))]
    public void A_pure_project_uses_no_package_and_no_framework(string name)
    {
        var project = Load(name);

        Assert.Empty(Items(project, "PackageReference"));
        Assert.Empty(Items(project, "FrameworkReference"));
    }

    [Theory, MemberData(nameof(Untouching))]
    public void A_pure_project_touches_no_file_socket_process_or_clock(string name)
    {
        string[] banned =
        [
            "System.Net.Http", "new Socket(", "TcpClient", "TcpListener", "UdpClient", "System.Diagnostics.Process", "DateTime.Now", "DateTime.UtcNow",
            "DateTimeOffset.Now", "DateTimeOffset.UtcNow", "File.Read", "File.Write", "File.Open", "Directory.",
            "Guid.NewGuid", "Random.Shared", "Console.",
        ];
        var hits = from file in Directory.EnumerateFiles(Folder(name), "*.cs", SearchOption.AllDirectories)
                   where !IsBuildOutput(file)
                   from line in File.ReadLines(file)
                   from word in banned
                   where line.Contains(word, StringComparison.Ordinal) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
                   select $"{Path.GetFileName(file)}: {line.Trim()}";

        Assert.Empty(hits);
    }

    public static TheoryData<string> Pure => [.. PureProjects];

    /// <summary>These are pure too, but for the library that reads YAML.</summary>
    public static TheoryData<string> Untouching => [.. PureProjects, "OverlayBridge.Yaml", "OverlayBridge.Compose", "OverlayBridge.Plans"];

    private static IEnumerable<(string Name, string File)> SourceProjects() =>
        from file in Directory.EnumerateFiles(Path.Combine(TestFiles.RepositoryRoot, "src"), "*.csproj", SearchOption.AllDirectories)
        select (Path.GetFileNameWithoutExtension(file), file);

    private static string Folder(string name) => Path.Combine(TestFiles.RepositoryRoot, "src", name);

    private static XDocument Load(string name) => XDocument.Load(Path.Combine(Folder(name), name + ".csproj"));

    private static IEnumerable<string> Items(XDocument project, string item) =>
        from element in project.Descendants(item)
        select ((string?)element.Attribute("Include") ?? "").Replace('\\', '/');

    private static bool IsBuildOutput(string file) =>
        file.Contains("/obj/", StringComparison.Ordinal) || file.Contains("/bin/", StringComparison.Ordinal);
}
