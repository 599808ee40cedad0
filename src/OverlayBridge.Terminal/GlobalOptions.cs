using System.CommandLine;

namespace OverlayBridge.Terminal;

/// <summary>The options that every command takes. Each parse tree has its own; commands ask for values here.</summary>
public static class GlobalOptions
{
    public const string ConfigName = "--config";

    private const string OutputName = "--output";
    private const string OutName = "--out";
    private const string NoColourName = "--no-color";
    private const string QuietName = "--quiet";

    /// <summary>New instances of all of them, in the order in which help shows them.</summary>
    public static IEnumerable<Option> Create() =>
    [
        CreateOutput(),
        new Option<string?>(OutName)
        {
            Description = "Write the result to FILE instead of stdout",
            HelpName = "FILE",
            Recursive = true,
        },
        new Option<bool>(NoColourName) { Description = "No colours (also: NO_COLOR in the environment)", Recursive = true },
        new Option<bool>(QuietName, "-q") { Description = "No progress on stderr, errors only", Recursive = true },
        new Option<string?>(ConfigName)
        {
            Description = "JSON file with defaults for options: {\"output\": \"json\", \"import\": {\"to\": \"bridge://…\"}}",
            HelpName = "FILE",
            Recursive = true,
        },
    ];

    public static OutputFormat Format(ParseResult parse) => parse.GetValue<OutputFormat>(OutputName);

    public static string? OutFile(ParseResult parse) => parse.GetValue<string?>(OutName);

    public static bool NoColour(ParseResult parse) => parse.GetValue<bool>(NoColourName);

    public static bool Quiet(ParseResult parse) => parse.GetValue<bool>(QuietName);

    private static Option<OutputFormat> CreateOutput()
    {
        var output = new Option<OutputFormat>(OutputName, "-o")
        {
            Description = "Form of the result: table, json, markdown or html",
            HelpName = "table|json|markdown|html",
            Recursive = true,
            CustomParser = result =>
            {
                var text = result.Tokens[^1].Value;
                if (Enum.GetNames<OutputFormat>().Contains(text, StringComparer.OrdinalIgnoreCase))
                    return Enum.Parse<OutputFormat>(text, ignoreCase: true);
                result.AddError($"'{text}' is no form of output: table, json, markdown or html.");
                return default;
            },
        };
        output.CompletionSources.Clear();
        output.CompletionSources.Add("table", "json", "markdown", "html");
        return output;
    }
}
