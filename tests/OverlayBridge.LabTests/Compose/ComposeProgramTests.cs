using System.Diagnostics;
using OverlayBridge.Lab;

namespace OverlayBridge.LabTests.Compose;

/// <summary>What the own reader of Compose files is held against is still what the programs print.</summary>
public sealed class ComposeProgramTests
{
    private static readonly string Folder = Path.Combine(TestFiles.RepositoryRoot, "tests", "OverlayBridge.Compose.Tests", "cases");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.Test)]
    public async Task The_recorded_outputs_are_those_of_both_programs()
    {
        var copy = Directory.CreateTempSubdirectory("overlaybridge-cases-");
        try
        {
            await RunAsync("cp", "-a", $"{Folder}/.", copy.FullName);
            await RunAsync(Path.Combine(copy.FullName, "record.sh"), Installation.ComposeV2Path, "/usr/bin/docker-compose");

            Assert.Equal("", await RunAsync("diff", "-r", Folder, copy.FullName));
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Both_programs_take_every_sample_with_its_override()
    {
        foreach (var app in Directory.GetDirectories(Path.Combine(TestFiles.RepositoryRoot, "compose-samples")))
        {
            var files = new[] { "-f", $"{app}/before/docker-compose.yml", "-f", $"{app}/during/override.yml" };

            Assert.Contains("172.18.0.1", await RunAsync(Installation.ComposeV2Path, [.. files, "config"]), StringComparison.Ordinal);
            if (!(await File.ReadAllTextAsync(files[3], Cancel)).Contains("!override", StringComparison.Ordinal))
                Assert.Contains("172.18.0.1", await RunAsync("/usr/bin/docker-compose", [.. files, "config"]), StringComparison.Ordinal);
        }
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var warnings = process.StandardError.ReadToEndAsync(Cancel);
        var output = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        await warnings;
        return output;
    }
}
