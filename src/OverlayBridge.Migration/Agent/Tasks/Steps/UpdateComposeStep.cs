using System.Collections.Immutable;
using OverlayBridge.Engines;
using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>
/// Brings a Compose project of this host up from the files that the plan names, with the transition's override, or, undone, without it. Compose itself finds out what has
/// changed: containers that are as their files say stay as they are.
/// </summary>
internal sealed class UpdateComposeStep(AgentTools tools) : IStep
{
    private const int MostTries = 3;
    private const string ProjectLabel = "com.docker.compose.project";
    private const string VersionLabel = "com.docker.compose.version";

    public async Task RunAsync(StepRun run, CancellationToken token)
    {
        var compose = run.Content.Compose ?? throw new StepException("The task names no Compose project.", "See that the control nodes and this agent are of the same version.");
        run.Checking($"Looking for the files of project {compose.Project}");
        if ((await tools.Control.DetailsAsync(token)).FirstOrDefault(container => IsOf(container, compose.Project)) is not { } one)
            throw new StepException($"This host has no container of a Compose project '{compose.Project}'.", "See the name with: docker compose ls --all");
        ImmutableArray<string> files = [.. compose.Files.Select(file => Path.GetFullPath(file, compose.Directory))];
        foreach (var file in files.Where(static file => !File.Exists(file)))
            throw new StepException($"The Compose file {file} of project {compose.Project} is not there.", "Put it there, or correct 'compose' in the plan; or bring the project up by hand and leave the step out: migrate skip.");
        if (!run.Undo && compose.Override.Length > 0)
            files = files.Add(WriteOverride(run, compose));
        run.Change($"Bring project {compose.Project} up from {string.Join(", ", files)}");
        if (run.DryRun)
            return;
        await UpAsync(run, compose.Project, Command(compose, files, one.Labels.GetValueOrDefault(VersionLabel, "")), token);
        await new GoneRecords(tools).DeleteAsync(run, token);
        run.Verifying($"Looking whether the containers of {compose.Project} run");
        foreach (var container in (await tools.Control.DetailsAsync(token)).Where(container => IsOf(container, compose.Project) && !container.IsRunning))
            throw new StepException($"{container.Name} of project {compose.Project} is {container.State} after it was brought up.", "Look at its log, mend it, and repeat the step.");
    }

    /// <returns>Its path.</returns>
    private string WriteOverride(StepRun run, StepCompose compose)
    {
        var path = Path.Combine(tools.Options.DataFolder, "compose", $"{compose.Project}.override.yml");
        run.Change($"Write the override of project {compose.Project}, {path}");
        if (!run.DryRun)
            DurableFile.Write(path, System.Text.Encoding.UTF8.GetBytes(compose.Override));
        return path;
    }

    /// <summary>
    /// Again where it failed: the engine may have been killed meanwhile, or Compose itself is still at work for an agent that was. It goes on from what is there, but starts a container as it finds it; one that the swarm
    /// did not let onto its network has to be started otherwise before.
    /// </summary>
    private async Task UpAsync(StepRun run, string project, ImmutableArray<string> command, CancellationToken token)
    {
        for (var tries = 1; ; tries++)
        {
            await new LeftDown(tools).StartAsync(run, token);
            run.Acting($"Bringing project {project} up");
            try
            {
                await EngineCommands.RunAsync(command, $"brings project {project} up", token);
                return;
            }
            catch (StepException e) when (tries < MostTries)
            {
                run.Acting($"To be tried again: {e.Message}");
            }
        }
    }

    /// <param name="version">Of the Compose that made the project: one of another generation would make all containers anew, at other addresses.</param>
    private ImmutableArray<string> Command(StepCompose compose, ImmutableArray<string> files, string version) =>
    [
        .. version.StartsWith("1.", StringComparison.Ordinal) ? ["docker-compose", "--host", tools.Engine.Endpoint.ToString()] : (string[])["docker", "--host", tools.Engine.Endpoint.ToString(), "compose"],
        "--project-name", compose.Project, "--project-directory", compose.Directory,
        .. files.SelectMany(static file => (string[])["--file", file]), "up", "--detach", "--no-build",
    ];

    private static bool IsOf(ContainerDetail container, string project) => container.Labels.GetValueOrDefault(ProjectLabel) == project;
}
