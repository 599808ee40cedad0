namespace OverlayBridge.Lab.Processes;

/// <summary>What a command left behind.</summary>
public sealed record ExecResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>The output without trailing white space.</summary>
    /// <exception cref="LabException">The command failed.</exception>
    public string Success() => ExitCode == 0
        ? Output.TrimEnd()
        : throw new LabException(
            $"{Command} failed with exit code {ExitCode}", Last(Error, Output), "see the message; the lab itself is unharmed");

    private static string Last(string error, string output)
    {
        var text = (error.Trim().Length > 0 ? error : output).Trim();
        return text.Length > 2000 ? text[^2000..] : text;
    }
}
