using System.CommandLine;
using System.Text;
using OverlayBridge.Reports;
using OverlayBridge.Reports.Text;

namespace OverlayBridge.Terminal;

/// <summary>
/// Where a command writes: its result to stdout or <c>--out FILE</c>, its progress to stderr. What was asked for by the
/// global options is read from the parse result, so every command honours them alike.
/// </summary>
public sealed class CommandOutput
{
    private readonly Surroundings _surroundings;
    private readonly bool _quiet;

    private CommandOutput(Surroundings surroundings, ParseResult parse)
    {
        _surroundings = surroundings;
        _quiet = GlobalOptions.Quiet(parse);
        Format = GlobalOptions.Format(parse);
        File = GlobalOptions.OutFile(parse);
        ColourAllowed = surroundings.OutputIsTerminal && !GlobalOptions.NoColour(parse)
            && surroundings.Variable("NO_COLOR") is null && surroundings.Variable("TERM") != "dumb";
    }

    public OutputFormat Format { get; }

    /// <summary>The file of <c>--out</c>, or null when the result goes to stdout.</summary>
    public string? File { get; }

    /// <summary>True when stdout is a terminal that takes colours and nobody asked for none.</summary>
    public bool ColourAllowed { get; }

    /// <summary>Columns there are for a table.</summary>
    public int Width => File is null ? _surroundings.Width : Surroundings.DefaultWidth;

    public static CommandOutput Of(ParseResult parse) => new(SurroundingsOf(parse), parse);

    /// <summary>The surroundings that the application was started with.</summary>
    public static Surroundings SurroundingsOf(ParseResult parse) =>
        (Surroundings)parse.InvocationConfiguration;

    /// <summary>A line on stderr that <c>--quiet</c> does not silence: something is wrong with the input, but the command goes on.</summary>
    public void Warning(string line) => _surroundings.Error.WriteLine($"warning: {ControlCharacters.Escape(line)}");

    /// <summary>One line of progress on stderr, unless <c>--quiet</c>.</summary>
    public void Progress(string line)
    {
        if (!_quiet)
            _surroundings.Error.WriteLine(ControlCharacters.Escape(line));
    }

    /// <summary>Writes the result of the command to stdout or to the file of <c>--out</c>, as it is made.</summary>
    /// <exception cref="OperatorException">It cannot be written.</exception>
    public async Task WriteResultAsync(Action<TextWriter> write, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        if (File is null)
        {
            await WriteToOutputAsync(write, token).ConfigureAwait(false);
            return;
        }

        WriteToFile(File, write);
        Progress($"Wrote {File}.");
    }

    /// <summary>Writes a report in the form that was asked for.</summary>
    /// <exception cref="OperatorException">It cannot be written.</exception>
    public Task WriteReportAsync(IReport report, CancellationToken token) => WriteResultAsync(
        Format switch
        {
            OutputFormat.Table => output => report.WriteTable(output, Width, colour: ColourAllowed && File is null),
            OutputFormat.Json => report.WriteJson,
            OutputFormat.Markdown => report.WriteMarkdown,
            OutputFormat.Html => output => report.WriteHtml(output, Stamp),
            _ => throw new ArgumentOutOfRangeException(nameof(report), Format, "a form without a renderer"),
        },
        token);

    /// <summary>What a page says about its own making.</summary>
    public ReportStamp Stamp => new(ProgramVersion.Text, _surroundings.Time.GetUtcNow());

    // Written beside its place and then moved into it: a reader, or a crash, never sees half of it. Only the owner may read it: a report tells
    // a network's layout.
    private static void WriteToFile(string path, Action<TextWriter> write)
    {
        var full = Path.GetFullPath(path);
        var beside = $"{full}.{Path.GetRandomFileName()}.tmp";
        try
        {
            WriteNew(beside, write);
            System.IO.File.Move(beside, full, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException(
                $"Cannot write {path}.", failure.Message, "Name a file in a folder that exists and that you may write to.",
                inner: failure);
        }
        finally
        {
            if (System.IO.File.Exists(beside))
                System.IO.File.Delete(beside);
        }
    }

    private static void WriteNew(string path, Action<TextWriter> write)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var text = new StreamWriter(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), options);
        write(text);
    }

    private async Task WriteToOutputAsync(Action<TextWriter> write, CancellationToken token)
    {
        try
        {
            using var blocks = new BlockWriter(_surroundings.Output);
            write(blocks);
            blocks.Flush();
            await _surroundings.Output.FlushAsync(token).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            throw new OperatorException(
                "Cannot write the result to stdout.", failure.Message, "Give a file with --out FILE.", inner: failure);
        }
    }
}
