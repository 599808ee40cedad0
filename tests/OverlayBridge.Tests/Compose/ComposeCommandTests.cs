using System.Text.Json;

namespace OverlayBridge.Tests.Compose;

/// <summary><c>compose check</c> and <c>compose override</c>: results, exit codes, the program that is asked.</summary>
public sealed class ComposeCommandTests : IDisposable
{
    private const string Project = """
        services:
          web:
            image: lab:1
            networks:
              appnet:
                ipv4_address: 10.60.0.200
          db: {image: "lab:1", profiles: [more], networks: [appnet]}
        networks:
          appnet: {external: true}
        """;

    private readonly TemporaryFolder _folder = new();

    private static string Sample(string app) => Path.Combine(TestFiles.RepositoryRoot, "compose-samples", app, "before", "docker-compose.yml");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_without_faults_ends_with_0()
    {
        var run = await CommandRun.RunAsync("compose", "check", Sample("shop"), "--compose", "none");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Nothing found", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_inside_the_fence_ends_with_2_and_is_told_with_line_and_column()
    {
        var file = _folder.Write("compose.yml", Project);

        var run = await CommandRun.RunAsync("compose", "check", file, "--compose", "none", "--fence", "appnet=10.60.0.128/25", "-o", "json");

        Assert.Equal(2, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        var finding = Assert.Single(json.RootElement.GetProperty("findings").EnumerateArray());
        Assert.Equal(("OC07", file, 6, 9), (
            finding.GetProperty("rule").GetString(), finding.GetProperty("file").GetString(), finding.GetProperty("line").GetInt32(), finding.GetProperty("column").GetInt32()));
    }

    [Fact]
    public async Task What_a_recorded_store_holds_is_compared()
    {
        var file = _folder.Write("compose.yml", "services: {web: {image: a, container_name: db1, networks: [appnet]}}\nnetworks: {appnet: {external: true}}");
        var healthy = TestFiles.Fixture("consul-healthy/kv-recurse.json");
        using var inventory = JsonDocument.Parse((await CommandRun.RunAsync("inspect", healthy, "-o", "json")).Output);
        var network = inventory.RootElement.GetProperty("networks").EnumerateArray().First(network => network.GetProperty("endpoints").GetArrayLength() > 0);
        var name = network.GetProperty("name").GetString()!;
        var endpoint = network.GetProperty("endpoints")[0].GetProperty("name").GetString()!;
        await File.WriteAllTextAsync(file, $"services: {{web: {{image: a, container_name: {endpoint}, networks: [n]}}}}\nnetworks: {{n: {{external: true, name: {name}}}}}", TestContext.Current.CancellationToken);

        var run = await CommandRun.RunAsync("compose", "check", file, "--compose", "none", "--store", healthy);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"OC12 name-taken: A container '{endpoint}' is on '{name}' already", run.Output.ReplaceLineEndings(" ").Replace("     ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error", 0)]
    [InlineData("info", 2)]
    public async Task The_least_severity_that_counts_can_be_chosen(string failOn, int code) =>
        Assert.Equal(code, (await CommandRun.RunAsync("compose", "check", Sample("queue"), "--compose", "none", "--fail-on", failOn)).ExitCode);

    [Fact]
    public async Task The_override_is_a_file_that_needs_no_other_one()
    {
        var transition = _folder.File("transition.yml");

        var first = await CommandRun.RunAsync("compose", "override", Sample("queue"), "--compose", "none", "--project-name", "queue", "--out", transition);
        var second = await CommandRun.RunAsync("compose", "override", Sample("queue"), transition, "--compose", "none", "--project-name", "queue");

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Contains("name: queue_jobs", await File.ReadAllTextAsync(transition, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.EndsWith("services: {}\n", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_override_that_cannot_mend_all_ends_with_2_and_says_so()
    {
        var file = _folder.Write("compose.yml", Project);

        var run = await CommandRun.RunAsync("compose", "override", file, "--compose", "none", "--fence", "appnet=10.60.0.128/25");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("dns:", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 thing in the files will break all the same", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("services: [", "This is no valid YAML.")]
    [InlineData("services: {web: {networks: [gone]}}", "compose.yml:1:29: The service 'web' is on the network 'gone'")]
    [InlineData(null, "compose.yml")]
    public async Task A_file_that_cannot_be_read_ends_with_1_and_three_lines(string? text, string place)
    {
        var file = _folder.File("compose.yml");
        if (text is not null)
            _folder.Write("compose.yml", text);

        var run = await CommandRun.RunAsync("compose", "check", file, "--compose", "none");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(place, run.Error, StringComparison.Ordinal);
        Assert.Equal(3, run.Error.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task Variables_come_from_the_environment_before_the_env_file()
    {
        var file = _folder.Write("compose.yml", "services: {web: {image: a, container_name: '${ONE}-${TWO}', networks: [n]}}\nnetworks: {n: {external: true, name: '${ONE}-${TWO}'}}");
        _folder.Write(".env", "ONE=file\nTWO=file");

        var run = await CommandRun.RunAsync(CommandRun.With(("ONE", "process")), "compose", "check", file, "-o", "json");

        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal("process-file", json.RootElement.GetProperty("networks")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task The_program_that_is_there_says_what_the_files_mean()
    {
        var file = _folder.Write("compose.yml", Project);
        var program = Program("""
            case "$1" in
              version) echo 2.99.0 ;;
              *) echo 'services: {web: {image: other, networks: {appnet: {ipv4_address: 10.60.0.201}}}}'; echo "networks: {appnet: {name: appnet, external: true, x-args: '$*'}}" ;;
            esac
            """);

        var named = await CommandRun.RunAsync("compose", "check", file, "--compose", program, "--fence", "appnet=10.60.0.128/25");
        var found = await CommandRun.RunAsync(CommandRun.With(("PATH", $"{_folder.Path}:/usr/bin:/bin")), "compose", "check", file, "--fence", "appnet=10.60.0.128/25");

        Assert.Contains("2.99.0", named.Output, StringComparison.Ordinal);
        Assert.Contains("10.60.0.201 is inside the fence", named.Output, StringComparison.Ordinal);
        Assert.Contains("compose.yml:6:9", named.Output, StringComparison.Ordinal);
        Assert.Equal(named.Output, found.Output);
    }

    [Fact]
    public async Task What_the_program_says_of_a_file_that_it_does_not_take_is_passed_on()
    {
        var program = Program("""[ "$1" = version ] && echo 2.99.0 && exit; echo first >&2; echo 'service "db" has neither an image nor a build context' >&2; exit 15""");

        var run = await CommandRun.RunAsync("compose", "check", Sample("shop"), "--compose", program);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("why:   service \"db\" has neither", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_old_program_does_not_take_is_read_without_it_and_noted()
    {
        Program("""[ "$1" = version ] && echo 1.29.2 && exit; echo 'Additional properties are not allowed' >&2; exit 1""");

        var run = await CommandRun.RunAsync(CommandRun.With(("PATH", $"{_folder.Path}:/usr/bin:/bin")), "compose", "check", Sample("shop"), "-o", "json");

        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal((0, "overlaybridge"), (run.ExitCode, json.RootElement.GetProperty("readBy").GetString()));
        Assert.Equal("docker-compose 1.29.2 does not take the files. Additional properties are not allowed", json.RootElement.GetProperty("notes")[0].GetString());
    }

    [Theory]
    [InlineData("/nowhere/docker-compose", "Cannot start")]
    [InlineData("/bin/true", "is no Docker Compose")]
    public async Task A_program_that_is_none_is_refused(string program, string message) =>
        Assert.Contains(message, (await CommandRun.RunAsync("compose", "check", Sample("shop"), "--compose", program)).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("--dns", "nonsense")]
    [InlineData("--dns", "::1")]
    [InlineData("--address", "web")]
    [InlineData("--address", "web=10.60")]
    [InlineData("--fence", "appnet")]
    [InlineData("--for", "3")]
    [InlineData("--keep-addresses")]
    public async Task An_option_that_makes_no_sense_is_refused(params string[] options) =>
        Assert.Equal(1, (await CommandRun.RunAsync(["compose", "override", Sample("shop"), "--compose", "none", .. options])).ExitCode);

    private string Program(string script)
    {
        var path = _folder.Write("docker-compose", $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
