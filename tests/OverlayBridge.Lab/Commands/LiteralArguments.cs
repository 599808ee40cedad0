namespace OverlayBridge.Lab.Commands;

internal static class LiteralArguments
{
    /// <summary>
    /// Puts "--" behind the command's first argument (the host), so that what follows, such as another program's --name,
    /// is not taken for an option of ours.
    /// </summary>
    public static IReadOnlyList<string> After(string command, IReadOnlyList<string> arguments)
    {
        if (arguments is not [var first, ..] || first != command || arguments.Contains("--"))
            return arguments;
        var host = 1;
        while (host < arguments.Count && arguments[host].StartsWith('-'))
            host += arguments[host] == LabCommand.NameOption && !arguments[host].Contains('=') ? 2 : 1;
        return host >= arguments.Count - 1 ? arguments : [.. arguments.Take(host + 1), "--", .. arguments.Skip(host + 1)];
    }
}
