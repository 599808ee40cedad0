using System.Runtime.Versioning;
using OverlayBridge.Lab.Processes;

namespace OverlayBridge.Lab.Tests;

/// <summary>tests/run.sh counts right, on a tree of stand-in test projects and with a stand-in dotnet.</summary>
[SupportedOSPlatform("linux")]
public sealed class RunScriptTests : IDisposable
{
    private readonly DirectoryInfo _tree = Directory.CreateTempSubdirectory("run-script");

    public RunScriptTests()
    {
        Directory.CreateDirectory(At("tests"));
        File.Copy(Path.Combine(AppContext.BaseDirectory, "lab", "run.sh"), At("tests/run.sh"));
        WriteScript("bin/dotnet", "exit 0");
    }

    public void Dispose() => _tree.Delete(recursive: true);

    [Fact]
    public async Task Passed_and_failed_tests_of_all_projects_are_summed_up()
    {
        AddProject("A.Tests", Report(passed: 12, failed: 0), exitCode: 0);
        AddProject("B.Tests", Report(passed: 3, failed: 2), exitCode: 1);

        Assert.Equal((1, "15 passed, 2 failed"), await RunAsync());
    }

    [Fact]
    public async Task Only_a_run_without_any_failure_succeeds()
    {
        AddProject("A.Tests", Report(passed: 12, failed: 0), exitCode: 0);

        Assert.Equal((0, "12 passed, 0 failed"), await RunAsync());
    }

    [Theory]
    [InlineData("a project that runs no test", 0, 0, 0)]
    [InlineData("a project that passes its tests but ends badly", 2, 0, 134)]
    public async Task A_project_that_can_not_vouch_for_itself_is_one_failure(string what, int passed, int failed, int exitCode)
    {
        AddProject("A.Tests", Report(passed, failed), exitCode);

        Assert.True(await RunAsync() == (1, $"{passed} passed, 1 failed"), what);
    }

    [Fact]
    public async Task A_project_that_was_not_built_is_one_failure()
    {
        Directory.CreateDirectory(At("tests/A.Tests"));

        Assert.Equal((1, "0 passed, 1 failed"), await RunAsync());
    }

    [Fact]
    public async Task A_failed_build_is_one_failure_and_no_test_runs()
    {
        AddProject("A.Tests", Report(passed: 12, failed: 0), exitCode: 0);
        WriteScript("bin/dotnet", """[ "$1" != build ]""");

        Assert.Equal((1, "0 passed, 1 failed"), await RunAsync());
    }

    private static string Report(int passed, int failed) =>
        $"""<assemblies><assembly name="x" passed="{passed}" failed="{failed}" skipped="0"><test name="passed=&quot;9&quot;" /></assembly></assemblies>""";

    private void AddProject(string name, string report, int exitCode)
    {
        File.WriteAllText(At($"{name}.report"), report);
        // The last argument is the file that the report goes to.
        WriteScript($"tests/{name}/bin/Release/net10.0/{name}", $"""for report; do :; done; cp "{At($"{name}.report")}" "$report"; exit {exitCode}""");
    }

    private async Task<(int ExitCode, string LastLine)> RunAsync()
    {
        var environment = new Dictionary<string, string> { ["PATH"] = $"{At("bin")}:{Environment.GetEnvironmentVariable("PATH")}" };
        var result = await Exec.RunAsync(["bash", At("tests/run.sh"), "--unit"], TestContext.Current.CancellationToken, environment);
        return (result.ExitCode, result.Output.TrimEnd('\n').Split('\n')[^1]);
    }

    private void WriteScript(string path, string body)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(At(path), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string At(string path) => Path.Combine(_tree.FullName, path);
}
