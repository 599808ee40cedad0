using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using OverlayBridge.Terminal;
using OverlayBridge.Yaml;

namespace OverlayBridge.Commands.Compose;

/// <summary>What a program printed of a project, and which program that was.</summary>
internal sealed record PrintedProject(SourceText Text, string Program);

/// <summary>Docker Compose itself, asked what it makes of files (<c>config</c>). It is started without a shell and given nothing to type.</summary>
internal sealed class ComposeProgram
{
    public const string Auto = "auto";

    private const string None = "none";
    private const int OutputMax = 8 * 1024 * 1024;
    private static readonly ImmutableArray<(string Name, ImmutableArray<string> First)> Programs = [("docker", ["compose"]), ("docker-compose", [])];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _path;
    private readonly ImmutableArray<string> _first;
    private readonly Surroundings _surroundings;

    private ComposeProgram(string path, ImmutableArray<string> first, Surroundings surroundings) => (_path, _first, _surroundings) = (path, first, surroundings);

    /// <summary><c>docker compose 2.26.1</c>.</summary>
    public string Name { get; private set; } = "";

    /// <summary>docker-compose 1.x, in Python.</summary>
    public bool IsGenerationOne { get; private set; }

    /// <summary>Looks for the program that was asked for.</summary>
    /// <returns>Null when none is wanted, or with <c>auto</c> none is there.</returns>
    /// <exception cref="OperatorException">The one that was named does not work.</exception>
    public static async Task<ComposeProgram?> FindAsync(string wanted, Surroundings surroundings, CancellationToken token)
    {
        if (wanted == None)
            return null;
        if (wanted != Auto)
            return await new ComposeProgram(wanted, [], surroundings).AskVersionAsync(token).ConfigureAwait(false)
                ?? throw new OperatorException($"'{wanted}' is no Docker Compose.", "'version --short' does not answer with a version.", "Give the path of docker-compose, or --compose none.");
        foreach (var (name, first) in Programs)
            if (OnPath(name, surroundings) is { } path && await new ComposeProgram(path, first, surroundings).AskVersionAsync(token).ConfigureAwait(false) is { } program)
                return program;
        return null;
    }

    /// <summary>What the program makes of the files that the arguments name.</summary>
    /// <exception cref="OperatorException">It does not take them.</exception>
    public async Task<PrintedProject> ConfigAsync(IReadOnlyList<string> arguments, CancellationToken token)
    {
        var (code, output, error) = await RunAsync([.. arguments, "config"], token).ConfigureAwait(false);
        if (code != 0)
            throw new OperatorException(
                $"{Name} does not take the files.", LastLine(error),
                "Mend them until it does; or give --compose none to have them read without it.");
        return new(new($"{Name} config", output), Name);
    }

    private static string LastLine(string error) =>
        error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "It does not say why.";

    private static string? OnPath(string name, Surroundings surroundings) => (surroundings.Variable("PATH") ?? "")
        .Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private async Task<ComposeProgram?> AskVersionAsync(CancellationToken token)
    {
        var (code, output, _) = await RunAsync(["version", "--short"], token).ConfigureAwait(false);
        var version = output.Trim().TrimStart('v');
        if (code != 0 || version.Length is 0 or > 40 || !char.IsAsciiDigit(version[0]))
            return null;
        IsGenerationOne = version.StartsWith("1.", StringComparison.Ordinal);
        Name = $"{(IsGenerationOne ? "docker-compose" : "docker compose")} {version}";
        return this;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(ImmutableArray<string> arguments, CancellationToken token)
    {
        var start = new ProcessStartInfo(_path) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in _first.Concat(arguments))
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in _surroundings.Variables)
            start.Environment[name] = value;
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception failure)
        {
            throw new OperatorException($"Cannot start {_path}.", failure.Message, "Give the path of docker-compose with --compose, or --compose none.", inner: failure);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(Limit);
        try
        {
            process.StandardInput.Close();
            var error = ReadAsync(process.StandardError, limit.Token);
            var output = await ReadAsync(process.StandardOutput, limit.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return (process.ExitCode, output, await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new OperatorException($"{_path} has not ended after {Limit.TotalSeconds} seconds.", $"It was run with: {string.Join(' ', arguments)}.", "Try it by hand, or give --compose none.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private async Task<string> ReadAsync(StreamReader reader, CancellationToken token)
    {
        var text = new StringBuilder();
        var block = new char[16 * 1024];
        for (int count; (count = await reader.ReadAsync(block, token).ConfigureAwait(false)) > 0;)
            if (text.Append(block, 0, count).Length > OutputMax)
                throw new OperatorException($"{_path} prints more than {OutputMax} characters.", "No project's configuration is that long.", "Try it by hand, or give --compose none.");
        return text.ToString();
    }
}
