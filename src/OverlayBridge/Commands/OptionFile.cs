using System.CommandLine;
using System.Text.Json;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary>
/// The file of <c>--config</c>: a JSON object of option names without dashes. An object under a command's name holds for that command
/// alone and wins: <c>{"output": "json", "import": {"to": "bridge://10.0.0.5:8500"}}</c>.
/// </summary>
internal sealed class OptionFile
{
    private const long SizeMaxBytes = 1024 * 1024;

    private readonly JsonElement _root;

    private OptionFile(string path, JsonElement root) => (Path, _root) = (path, root);

    public string Path { get; }

    /// <summary>Reads the file and checks that every name in it is a command's or an option's.</summary>
    /// <exception cref="OperatorException">It cannot be read, is not such an object, or names what does not exist.</exception>
    public static OptionFile Read(string path, RootCommand root)
    {
        var file = new OptionFile(path, Parse(path));
        var everyOption = AllCommands(root).SelectMany(command => command.Options).ToList();
        file.Check(file._root, root, everyOption);
        return file;
    }

    /// <summary>The values for an option of the command at <paramref name="commandPath"/>; null when the file has none.</summary>
    public IReadOnlyList<string>? ValuesOf(Option option, IReadOnlyList<string> commandPath)
    {
        var name = option.Name.TrimStart('-');
        JsonElement? nearest = null;
        var section = _root;
        for (var depth = 0; ; depth++)
        {
            if (section.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Object)
                nearest = value;
            if (depth == commandPath.Count || !section.TryGetProperty(commandPath[depth], out section)
                || section.ValueKind != JsonValueKind.Object)
                return nearest is null ? null : Texts(nearest.Value);
        }
    }

    private static JsonElement Parse(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > SizeMaxBytes } file)
                throw NotUsable(path, $"It has {file.Length} bytes; a config file has at most {SizeMaxBytes}.");
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(path), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw NotUsable(path, "It holds no JSON object.");
        }
        catch (JsonException failure)
        {
            throw NotUsable(path, failure.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw NotUsable(path, failure.Message);
        }
    }

    private void Check(JsonElement section, Command command, IReadOnlyCollection<Option> options)
    {
        foreach (var property in section.EnumerateObject())
        {
            var sub = command.Subcommands.FirstOrDefault(sub => sub.Name == property.Name);
            if (property.Value.ValueKind == JsonValueKind.Object && sub is not null)
                Check(property.Value, sub, [.. AllCommands(sub).SelectMany(inner => inner.Options), .. GlobalOptions.Create()]);
            else if (options.All(option => option.Name != $"--{property.Name}"))
                throw NotUsable(Path, $"'{property.Name}' is no option of '{UsageError.PathOf(command)}'.");
            else if (property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Null)
                throw NotUsable(Path, $"The value of '{property.Name}' is no text, number, true, false or list of these.");
        }
    }

    private static IEnumerable<Command> AllCommands(Command command) =>
        command.Subcommands.SelectMany(AllCommands).Prepend(command);

    private static IReadOnlyList<string> Texts(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(Text)] : [Text(value)];

    private static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static OperatorException NotUsable(string path, string why) => new(
        $"Cannot use the config file {path}.", why,
        "It is a JSON object of option names without dashes, e.g. {\"output\": \"json\"}; see 'overlaybridge --help'.");
}
