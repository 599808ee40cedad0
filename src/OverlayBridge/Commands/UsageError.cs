using System.CommandLine;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary>Says what is wrong with a command line, and the nearest thing that would be right.</summary>
internal static class UsageError
{
    /// <summary>How many letters may differ for a word to be offered as "did you mean".</summary>
    private const int DistanceMax = 3;

    public static OperatorException From(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        var help = $"'{PathOf(command)} --help' shows what it takes.";
        if (parse.UnmatchedTokens is [var stray, ..])
            return Unmatched(stray, command, help);
        if (command.Subcommands.Count > 0)
            return new OperatorException(
                $"'{PathOf(command)}' needs a command after it.", "It does nothing by itself.",
                $"One of: {string.Join(", ", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name))}. {help}");
        return new OperatorException(
            parse.Errors[0].Message, $"The command line of '{PathOf(command)}' is not complete or not valid.", help);
    }

    /// <summary>The command as it is typed: <c>overlaybridge network expose</c>.</summary>
    public static string PathOf(Command command)
    {
        var parent = command.Parents.OfType<Command>().FirstOrDefault();
        return parent is null ? "overlaybridge" : $"{PathOf(parent)} {command.Name}";
    }

    /// <summary>The edits (insert, delete, replace) between two words.</summary>
    internal static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
                (diagonal, row[j]) = (
                    row[j],
                    Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1)));
        }

        return row[^1];
    }

    private static OperatorException Unmatched(string stray, Command command, string help)
    {
        var isOption = stray.StartsWith('-');
        var kind = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        var near = Nearest(stray, isOption ? OptionNames(command) : command.Subcommands.Select(sub => sub.Name));
        return new OperatorException(
            $"Unknown {kind} '{stray}'.",
            $"'{PathOf(command)}' has no such {kind}.",
            near is null ? help : $"Did you mean '{near}'? {help}");
    }

    private static string? Nearest(string word, IEnumerable<string> candidates) => candidates
        .Select(candidate => (candidate, distance: Distance(word, candidate)))
        .Where(near => near.distance <= Math.Min(DistanceMax, near.candidate.Length / 2))
        .OrderBy(near => near.distance)
        .Select(near => near.candidate)
        .FirstOrDefault();

    private static IEnumerable<string> OptionNames(Command command)
    {
        var inherited = command.Parents.OfType<Command>()
            .SelectMany(parent => parent.Options.Where(option => option.Recursive));
        return command.Options.Concat(inherited).Where(option => !option.Hidden).Select(option => option.Name);
    }
}
