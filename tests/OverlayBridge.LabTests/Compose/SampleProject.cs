using OverlayBridge.Lab.Engines;

namespace OverlayBridge.LabTests.Compose;

/// <summary>A folder of compose-samples as one Compose project on the lab's hosts.</summary>
internal sealed class SampleProject(string name)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Before { get; } = PathOf(name, "before");

    public string After { get; } = PathOf(name, "after");

    public Task UpAsync(LabHost host, IReadOnlyList<string> files, params IReadOnlyList<string> services) =>
        ComposeAsync(host, files, ["up", "--detach", "--no-deps", .. services], Cancel);

    public async Task RemoveAsync(LabHost host, IReadOnlyList<string> files, CancellationToken token) =>
        await ComposeAsync(host, files, ["rm", "--stop", "--force"], token);

    /// <summary>The first running container of a service.</summary>
    public static async Task<LabContainer> ContainerAsync(LabHost host, string service) =>
        (await host.ContainersAsync($"com.docker.compose.service={service}", Cancel)).OrderBy(container => container.Name, StringComparer.Ordinal).First();

    private async Task ComposeAsync(LabHost host, IReadOnlyList<string> files, IReadOnlyList<string> arguments, CancellationToken token) =>
        (await host.ExecAsync([host.Release.ComposePath, "--project-name", name, .. files.SelectMany(file => new[] { "--file", file }), .. arguments], token)).Success();

    private static string PathOf(string name, string stage) => Path.Combine(TestFiles.RepositoryRoot, "compose-samples", name, stage, "docker-compose.yml");
}
