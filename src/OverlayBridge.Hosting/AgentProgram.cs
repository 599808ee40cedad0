using System.CommandLine;
using System.CommandLine.Parsing;
using OverlayBridge.Terminal;

namespace OverlayBridge.Hosting;

/// <summary>
/// The agent as a program of its own, compiled to native code: <c>overlaybridge serve --roles agent</c> becomes it where it stands beside, and holds
/// half the memory then (docs/decisions/032-what-a-shared-network-costs.md).
/// </summary>
public static class AgentProgram
{
    /// <summary>The name of its file.</summary>
    public const string FileName = "overlaybridge-agent";

    /// <summary>The program: of the build that called it, or it says so.</summary>
    /// <param name="arguments">What <see cref="ArgumentsFor"/> gave.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        using var signals = new ProcessSignals();
        var surroundings = Surroundings.OfProcess();
        try
        {
            if (arguments is not [var caller, .. var line] || caller != AgentBuild.Id)
                throw NotCalled(arguments);
            return await CreateRoot().Parse(line, new ParserConfiguration { ResponseFileTokenReplacer = null })
                .InvokeAsync(surroundings, signals.Stopping).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return ErrorPrinter.Print(surroundings.Error, exception, signals.Stopping.IsCancellationRequested ? signals.ExitCode : null);
        }
    }

    /// <summary>What the program is started with: the build, then what was given or found of the options that an agent has.</summary>
    /// <param name="parse">A command line that was checked.</param>
    public static IEnumerable<string> ArgumentsFor(ParseResult parse)
    {
        var names = CreateRoot().Subcommands.Single().Options.Select(static option => option.Name).ToHashSet();
        var given = parse.CommandResult.Command.Options
            .Where(option => names.Contains(option.Name)).Select(parse.GetResult).OfType<OptionResult>().Where(static result => !result.Implicit);
        return given
            .SelectMany(static result => result.Tokens.Count == 0 ? [result.Option.Name] : result.Tokens.Select(token => $"{result.Option.Name}={token.Value}"))
            .Prepend("serve").Prepend(AgentBuild.Id);
    }

    private static RootCommand CreateRoot()
    {
        var serve = new Command("serve");
        ServeOptions.AddTo(serve, [AgentRole.RoleName], AgentRole.Options);
        serve.SetAction(ServeAsync);
        return new RootCommand { serve };
    }

    private static async Task<int> ServeAsync(ParseResult parse, CancellationToken stop)
    {
        using var loggers = ServeLog.Create(parse);
        var roles = new HashSet<string> { AgentRole.RoleName };
        var context = new ServeContext(parse, roles, null, ServeAccess.Read(parse, roles), loggers);
        await using (context.ConfigureAwait(false))
            return await ServeHost.RunAsync(context, [new AgentRole()], stop).ConfigureAwait(false);
    }

    private static OperatorException NotCalled(string[] arguments) => new(
        arguments is [var caller, ..] && caller.StartsWith("overlaybridge ", StringComparison.Ordinal) ? $"This is the agent of {AgentBuild.Id}, not of {caller}." : $"{FileName} is a part of overlaybridge.",
        "overlaybridge starts it, where both are of one build.",
        $"Install both together, or remove {FileName}; then run: overlaybridge serve --roles {AgentRole.RoleName} …");
}
