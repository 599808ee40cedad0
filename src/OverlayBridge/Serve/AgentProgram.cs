using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using OverlayBridge.Commands;
using OverlayBridge.Terminal;

namespace OverlayBridge.Serve;

/// <summary>
/// The agent as a program of its own, compiled to native code: <c>overlaybridge serve --roles agent</c> becomes it where it stands beside, and holds
/// half the memory then (docs/decisions/032-what-a-shared-network-costs.md). It takes the same command line, which <c>overlaybridge</c> has checked.
/// </summary>
public static class AgentProgram
{
    private const string FileName = "overlaybridge-agent";

    /// <summary>The program: of the version that called it, or it says so.</summary>
    /// <param name="arguments">The version, then the command line with all defaults filled in.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        using var signals = new ProcessSignals();
        var surroundings = Surroundings.OfProcess();
        try
        {
            if (arguments is not [var caller, .. var line] || caller != ProgramVersion.TextWithCommit)
                throw NotCalled(arguments);
            var parse = CreateRoot().Parse(line, new ParserConfiguration { ResponseFileTokenReplacer = null });
            return parse.Errors.Count > 0 ? throw UsageError.From(parse) : await parse.InvokeAsync(surroundings, signals.Stopping).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return ErrorPrinter.Print(surroundings.Error, exception, signals.Stopping.IsCancellationRequested ? signals.ExitCode : null);
        }
    }

    /// <summary>Goes on as the small program, in this very process, where there is one; returns where there is none.</summary>
    /// <exception cref="OperatorException">There is one, and it does not start.</exception>
    internal static void TakeOver(ParseResult parse)
    {
        var program = Path.Combine(AppContext.BaseDirectory, FileName);
        if (!File.Exists(program) || !ReferenceEquals(CommandOutput.SurroundingsOf(parse).Error, Console.Error))
            return;
        _ = Execute(program, [program, ProgramVersion.TextWithCommit, .. LineOf(parse), null]);
        throw new OperatorException(
            $"{program} cannot be started.", Marshal.GetLastPInvokeErrorMessage(), "Make it executable, build it anew, or remove it: the agent then runs within overlaybridge.");
    }

    /// <summary>The command line for the small program: what was given or found of the options that an agent has.</summary>
    internal static IEnumerable<string> LineOf(ParseResult parse)
    {
        var root = CreateRoot();
        var names = root.Options.Concat(root.Subcommands.Single().Options).Select(static option => option.Name).ToHashSet();
        var given = parse.RootCommandResult.Command.Options.Concat(parse.CommandResult.Command.Options)
            .Where(option => names.Contains(option.Name)).Select(parse.GetResult).OfType<OptionResult>().Where(static result => !result.Implicit);
        return given
            .SelectMany(static result => result.Tokens.Count == 0 ? [result.Option.Name] : result.Tokens.Select(token => $"{result.Option.Name}={token.Value}"))
            .Prepend("serve");
    }

    private static RootCommand CreateRoot()
    {
        var serve = new Command("serve");
        ServeOptions.AddTo(serve, [AgentRole.RoleName], new AgentRole().Options);
        serve.SetAction(ServeAsync);
        var root = new RootCommand { serve };
        foreach (var option in GlobalOptions.Create())
            root.Add(option);
        return root;
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
        arguments is [var caller, ..] && caller.StartsWith("overlaybridge ", StringComparison.Ordinal) ? $"This is the agent of {ProgramVersion.TextWithCommit}, not of {caller}." : $"{FileName} is a part of overlaybridge.",
        "overlaybridge starts it, where both are of one version.",
        $"Install both together, or remove {FileName}; then run: overlaybridge serve --roles {AgentRole.RoleName} …");

    [DllImport("libc", EntryPoint = "execv", SetLastError = true, CharSet = CharSet.Ansi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Execute(string path, string?[] arguments);
}
