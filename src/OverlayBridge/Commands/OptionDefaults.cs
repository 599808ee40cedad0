using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary>
/// Fills in options that are not on the command line: from the environment (<c>--dry-run</c> is
/// <c>OVERLAYBRIDGE_DRY_RUN</c>), then from the file of <c>--config</c>. They are parsed as if they had been typed, so the same checks hold.
/// </summary>
internal static class OptionDefaults
{
    /// <summary>What the names of all environment variables for options begin with.</summary>
    public const string VariablePrefix = "OVERLAYBRIDGE_";

    /// <summary>A value found for an option, and where, for the error message.</summary>
    private sealed record Default(Option Option, IReadOnlyList<string> Values, string Origin);

    /// <summary>Parses the arguments with the defaults added.</summary>
    /// <exception cref="OperatorException">The config file cannot be used, or a default does not fit its option.</exception>
    public static ParseResult Apply(
        RootCommand root, IReadOnlyList<string> arguments, Surroundings surroundings, ParserConfiguration parsing)
    {
        var typed = root.Parse(arguments, parsing);
        var file = ReadFile(root, typed, surroundings);
        var path = CommandPath(typed.CommandResult.Command);
        var defaults = OptionsInEffect(typed.CommandResult.Command)
            .Where(option => typed.GetResult(option) is null or { Implicit: true })
            .Select(option => FromEnvironment(option, surroundings) ?? FromFile(option, file, path))
            .OfType<Default>()
            .ToList();
        if (defaults.Count == 0)
            return typed;

        var parse = root.Parse(Insert(arguments, defaults), parsing);
        ThrowIfWrong(parse, defaults);
        return parse;
    }

    /// <summary><c>--dry-run</c> → <c>OVERLAYBRIDGE_DRY_RUN</c>.</summary>
    public static string VariableOf(Option option) =>
        VariablePrefix + option.Name.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    private static OptionFile? ReadFile(RootCommand root, ParseResult typed, Surroundings surroundings)
    {
        var config = root.Options.Single(option => option.Name == GlobalOptions.ConfigName);
        var path = typed.GetResult(config) is { Implicit: false, Errors: var errors } && !errors.Any()
            ? typed.GetValue<string?>(GlobalOptions.ConfigName)
            : surroundings.Variable(VariableOf(config));
        return path is null ? null : OptionFile.Read(path, root);
    }

    private static Default? FromEnvironment(Option option, Surroundings surroundings) =>
        surroundings.Variable(VariableOf(option)) is { } value
            ? new Default(option, [option.ValueType == typeof(bool) ? AsBoolean(value) : value],
                $"the environment variable {VariableOf(option)}")
            : null;

    private static Default? FromFile(Option option, OptionFile? file, IReadOnlyList<string> path) =>
        file?.ValuesOf(option, path) is { } values ? new Default(option, values, $"the file {file.Path}") : null;

    private static string AsBoolean(string value) => value switch { "1" => "true", "0" => "false", _ => value };

    private static IEnumerable<Option> OptionsInEffect(Command command) =>
        command.Options
            .Concat(Ancestors(command).SelectMany(parent => parent.Options.Where(option => option.Recursive)))
            .Where(option => option is not (HelpOption or VersionOption));

    private static IEnumerable<Command> Ancestors(Command command)
    {
        var parent = command.Parents.OfType<Command>().FirstOrDefault();
        return parent is null ? [] : Ancestors(parent).Prepend(parent);
    }

    private static List<string> CommandPath(Command command) =>
        Ancestors(command).SkipLast(1).Reverse().Append(command).Where(part => part is not RootCommand)
            .Select(part => part.Name).ToList();

    // Before a '--', behind which everything is an argument.
    private static List<string> Insert(IReadOnlyList<string> arguments, List<Default> defaults)
    {
        var end = arguments.TakeWhile(argument => argument != "--").Count();
        var added = defaults.SelectMany(item => item.Values.Select(value => $"{item.Option.Name}={value}"));
        return [.. arguments.Take(end), .. added, .. arguments.Skip(end)];
    }

    private static void ThrowIfWrong(ParseResult parse, List<Default> defaults)
    {
        foreach (var error in parse.Errors)
            if (OptionOf(error.SymbolResult) is { } option &&
                defaults.Find(item => item.Option == option) is { } wrong)
                throw new OperatorException(
                    error.Message, $"The value of {option.Name} comes from {wrong.Origin}.",
                    $"Correct it there, or give {option.Name} on the command line.");
    }

    private static Option? OptionOf(SymbolResult? result) => result switch
    {
        null => null,
        OptionResult option => option.Option,
        _ => OptionOf(result.Parent),
    };
}
