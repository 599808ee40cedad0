using System.Collections.Immutable;
using System.CommandLine;
using OverlayBridge.Compose;
using OverlayBridge.Compose.Projects;
using OverlayBridge.Compose.Transition;
using OverlayBridge.Sources;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Compose;

/// <summary>The arguments that name a project, and how they are read: files, variables, the program, the store.</summary>
internal sealed class ProjectOptions
{
    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "Compose files, laid over each other in this order",
        Arity = new ArgumentArity(1, ComposeLimits.FilesMax),
    };

    private readonly Option<string?> _store = new("--store")
    {
        Description = "Compare with what runs: bridge://HOST:8500 knows both sides, another STATE the legacy one (default: the files alone)",
        HelpName = "STATE",
    };

    private readonly Option<string[]> _networks = new("--network")
    {
        Description = "A network that is shared, by the engines' name for it; may be repeated (default: what the store knows, or every external network and overlay)",
        HelpName = "NAME",
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<NamedFence[]> _fences = new("--fence")
    {
        Description = "The block of a shared network that swarm gives out, where no bridge can be asked for it; may be repeated",
        HelpName = "NAME=CIDR",
        CustomParser = NamedFence.Parse,
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<string[]> _profiles = new("--profile")
    {
        Description = "A profile in use, or * for all; may be repeated (also: COMPOSE_PROFILES)",
        HelpName = "NAME",
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<string?> _envFile = new("--env-file") { Description = "File with variables (default: .env beside the first FILE)", HelpName = "FILE" };

    private readonly Option<string?> _name = new("--project-name") { Description = "The project's name (also: COMPOSE_PROJECT_NAME)", HelpName = "NAME" };

    private readonly Option<string> _program = new("--compose")
    {
        Description = "The program that says what the files mean: auto (docker compose, else docker-compose, else none), none, or a path",
        HelpName = "auto|none|PATH",
        DefaultValueFactory = static _ => ComposeProgram.Auto,
    };

    private readonly AccessOptions _access;

    private ProjectOptions(Command command)
    {
        command.Add(_files);
        foreach (var option in (Option[])[_store, _networks, _fences, _profiles, _envFile, _name, _program])
            command.Add(option);
        _access = AccessOptions.AddTo(command);
    }

    public static ProjectOptions AddTo(Command command) => new(command);

    /// <exception cref="ComposeException">The files cannot be read.</exception>
    /// <exception cref="SourceException">The store cannot be.</exception>
    public async Task<ReadProject> ReadAsync(ParseResult parse, CancellationToken token)
    {
        ImmutableArray<string> names = [.. parse.GetRequiredValue(_files)];
        var settings = Settings(parse, names[0]);
        var disk = new ComposeFilesOnDisk();
        var files = ComposeFileSet.Read([.. names.Select(ComposeFilesOnDisk.Read)], settings, disk);
        var (printed, refusal) = await PrintedAsync(parse, names, files, token).ConfigureAwait(false);
        var store = parse.GetValue(_store);
        ImmutableArray<string> named = [.. parse.GetRequiredValue(_networks)];
        return new(
            names, printed is null ? files : files.As(printed.Text, settings), printed?.Program ?? "overlaybridge", store is null ? null : StateUri.Parse(store).ToString(),
            NamedFence.Apply(parse.GetRequiredValue(_fences), await FactsAsync(parse, store, named, token).ConfigureAwait(false)),
            refusal is null ? [] : [refusal]);
    }

    private async Task<TransitionFacts> FactsAsync(ParseResult parse, string? store, ImmutableArray<string> named, CancellationToken token) => store is null
        ? TransitionFacts.None with { Named = named }
        : await TransitionReading.ReadAsync(StateUri.Parse(store), _access.Apply(parse, StateArgument.Options(parse)), named, token).ConfigureAwait(false);

    /// <summary>Asks the program. What docker-compose 1.x does not take because it is newer is read without it, unless it was named.</summary>
    private async Task<(PrintedProject? Printed, string? Refusal)> PrintedAsync(ParseResult parse, ImmutableArray<string> names, ComposeFileSet files, CancellationToken token)
    {
        var surroundings = CommandOutput.SurroundingsOf(parse);
        var program = await ComposeProgram.FindAsync(parse.GetRequiredValue(_program), surroundings, token).ConfigureAwait(false);
        if (program is null || (files.Project.IsFormatOne && !program.IsGenerationOne))
            return (null, null);
        List<string> arguments = [];
        if (parse.GetValue(_envFile) is { } envFile)
            arguments.AddRange(["--env-file", envFile]);
        if (parse.GetValue(_name) is { } name)
            arguments.AddRange(["--project-name", name]);
        foreach (var profile in parse.GetRequiredValue(_profiles))
            arguments.AddRange(["--profile", profile]);
        foreach (var file in names)
            arguments.AddRange(["-f", file]);
        try
        {
            return (await program.ConfigAsync(arguments, token).ConfigureAwait(false), null);
        }
        catch (OperatorException refusal) when (program.IsGenerationOne && parse.GetRequiredValue(_program) == ComposeProgram.Auto)
        {
            return (null, $"{refusal.Message} {refusal.Why}");
        }
    }

    /// <summary>The process's variables win over those of the file.</summary>
    private ProjectSettings Settings(ParseResult parse, string firstFile)
    {
        var outer = CommandOutput.SurroundingsOf(parse).Variables;
        var variables = new Dictionary<string, string>(ComposeFilesOnDisk.Variables(parse.GetValue(_envFile), firstFile, outer), StringComparer.Ordinal);
        foreach (var (name, value) in outer)
            variables[name] = value;
        var profiles = parse.GetRequiredValue(_profiles) is { Length: > 0 } given
            ? given
            : variables.GetValueOrDefault("COMPOSE_PROFILES", "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new(
            parse.GetValue(_name) ?? variables.GetValueOrDefault("COMPOSE_PROJECT_NAME"),
            Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(firstFile))) ?? "", [.. profiles], variables);
    }
}
