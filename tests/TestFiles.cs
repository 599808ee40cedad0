namespace OverlayBridge;

/// <summary>Where a test finds the recorded fixtures, and a folder of its own to write to.</summary>
internal static class TestFiles
{
    /// <summary>Full path of a file under <c>tests/fixtures</c>, e.g. <c>consul-healthy/kv-recurse.json</c>.</summary>
    public static string Fixture(string relative) => Path.Combine(AppContext.BaseDirectory, "fixtures", relative);

    /// <summary>The checkout that holds this test, found by its solution file; golden files are written back there.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "OverlayBridge.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"No OverlayBridge.sln above {AppContext.BaseDirectory}.");
    }
}
