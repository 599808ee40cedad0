using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>
/// What a stopped engine keeps of its containers, <c>DATA/containers/ID/hostconfig.json</c>, and of its swarm. No call of the API changes the network that a container
/// was made with; the file does, while the engine is stopped.
/// </summary>
internal static class HostConfigFiles
{
    private const string Field = "NetworkMode";

    /// <summary>The network modes by container id. A container whose file is missing or damaged is left out, as the engine does.</summary>
    public static ImmutableSortedDictionary<string, string> Modes(string dataRoot)
    {
        var modes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var folder = Path.Combine(dataRoot, "containers");
        if (!Directory.Exists(folder))
            return modes.ToImmutable();
        foreach (var container in Directory.EnumerateDirectories(folder))
            if (Path.Combine(container, "hostconfig.json") is var file && File.Exists(file) && ModeIn(File.ReadAllBytes(file)) is { } mode)
                modes[Path.GetFileName(container)] = mode.Text;
        return modes.ToImmutable();
    }

    /// <summary>Whether a stopped engine is in a swarm, to which it goes back when it starts. Leaving one empties the folder.</summary>
    public static bool IsInSwarm(string dataRoot) => File.Exists(Path.Combine(dataRoot, "swarm", "docker-state.json"));

    /// <summary>Changes one mode and not a byte more.</summary>
    public static void Rename(string dataRoot, NetworkModeChange change)
    {
        var file = Path.Combine(dataRoot, "containers", change.ContainerId, "hostconfig.json");
        var bytes = File.ReadAllBytes(file);
        if (ModeIn(bytes) is not { } mode || mode.Text != change.From)
            return;
        DurableFile.Write(file, [.. bytes.AsSpan(0, mode.Start), .. Encoding.UTF8.GetBytes(JsonSerializer.Serialize(change.To, ModeJson.Default.String)), .. bytes.AsSpan(mode.End)]);
    }

    /// <summary>The value of the outermost object's field, and where it stands, quotes included.</summary>
    private static (string Text, int Start, int End)? ModeIn(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(Field))
                    return reader.Read() && reader.TokenType == JsonTokenType.String
                        ? (reader.GetString()!, (int)reader.TokenStartIndex, (int)reader.BytesConsumed)
                        : null;
        }
        catch (JsonException)
        {
            // The engine cannot read it either, and leaves the container out.
        }
        return null;
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class ModeJson : System.Text.Json.Serialization.JsonSerializerContext;
