using System.Collections.Immutable;
using OverlayBridge.Engines;
using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>
/// Brings a Compose project of this host up from its own files, with the transition's override, or, undone, without it. Compose itself finds out what has
/// changed: containers that are as their files say stay as they are.
/// </summary>
internal sealed class UpdateComposeStep(AgentTools tools) : IStep
{
    private const string ProjectLabel = "com.docker.compose.project";
    private const string FolderLabel = "com.docker.compose.project.working_dir";
    private const string FilesLabel = "com.docker.compose.project.config_files";

    public async Task RunAsync(StepRun run, CancellationToken token)
    {
        var compose = run.Content.Compose ?? throw new StepException("The task names no Compose project.", "See that the control nodes and this agent are of the same version.");
        run.Checking($"Looking for the files of project {compose.Project}");
        var project = Find(compose.Project, await tools.Control.DetailsAsync(token));
        foreach (var file in project.Files.Where(static file => !File.Exists(file)))
            throw new StepException($"The Compose file {file} of project {compose.Project} is not there.", "Put it where it was when the project was brought up, or bring the project up by hand.");
        var files = project.Files;
        if (!run.Undo && compose.Override.Length > 0)
        {
            var path = Path.Combine(tools.Options.DataFolder, "compose", $"{compose.Project}.override.yml");
            run.Change($"Write the override of project {compose.Project}, {path}");
            if (!run.DryRun)
                DurableFile.Write(path, System.Text.Encoding.UTF8.GetBytes(compose.Override));
            files = files.Add(path);
        }
        run.Change($"Bring project {compose.Project} up from {string.Join(", ", files)}");
        if (run.DryRun)
            return;
        await EngineCommands.RunAsync(Command(compose, project.Folder, files), $"brings project {compose.Project} up", token);
        run.Verifying($"Looking whether the containers of {compose.Project} run");
        foreach (var container in (await tools.Control.DetailsAsync(token)).Where(container => IsOf(container, compose.Project) && !container.IsRunning))
            throw new StepException($"{container.Name} of project {compose.Project} is {container.State} after it was brought up.", "Look at its log, mend it, and repeat the step.");
    }

    private ImmutableArray<string> Command(StepCompose compose, string folder, ImmutableArray<string> files) =>
    [
        "docker", "--host", tools.Engine.Endpoint.ToString(), "compose", "--project-name", compose.Project, "--project-directory", folder,
        .. files.SelectMany(static file => (string[])["--file", file]), "up", "--detach", "--no-build",
    ];

    private static bool IsOf(ContainerDetail container, string project) => container.Labels.GetValueOrDefault(ProjectLabel) == project;

    private static (string Folder, ImmutableArray<string> Files) Find(string project, ImmutableArray<ContainerDetail> containers)
    {
        var one = containers.FirstOrDefault(container => IsOf(container, project)) ?? throw new StepException(
            $"This host has no container of a Compose project '{project}'.", "See the name with: docker compose ls --all");
        return one.Labels.TryGetValue(FolderLabel, out var folder) && one.Labels.TryGetValue(FilesLabel, out var files)
            ? (folder, [.. files.Split(',').Select(file => Path.GetFullPath(file, folder))])
            : throw new StepException(
                $"{one.Name} does not tell which files project '{project}' was brought up from.", "It was made by an old Compose: bring the project up by hand, with the override.");
    }
}
