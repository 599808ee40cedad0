namespace OverlayBridge;

/// <summary>
/// Compares text with a file under the test project's <c>golden</c> folder. <c>UPDATE_GOLDEN=1</c> writes the files instead; whoever does that
/// reads the difference before committing it.
/// </summary>
internal static class Golden
{
    private const string UpdateVariable = "UPDATE_GOLDEN";

    /// <param name="project">Folder name of the test project.</param>
    /// <param name="name">File below its golden folder, e.g. <c>consul-healthy/inventory.md</c>.</param>
    public static void Matches(string project, string name, string actual) =>
        MatchesFile(Path.Combine(TestFiles.RepositoryRoot, "tests", project, "golden", name), actual);

    /// <param name="path">Full path of the file, for one that is kept elsewhere, such as in docs.</param>
    public static void MatchesFile(string path, string actual)
    {
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }

        Assert.True(File.Exists(path), $"{path} is missing. Run the tests once with {UpdateVariable}=1 and read what that writes.");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
