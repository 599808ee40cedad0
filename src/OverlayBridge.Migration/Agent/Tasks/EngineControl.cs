using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OverlayBridge.Migration.Agent.Tasks;

/// <summary>
/// How this host's engine is stopped, started and configured. Commands are argument vectors, run without a shell; they return when the engine has
/// ended or answers, and do no harm when it has already.
/// </summary>
/// <param name="DaemonJson">Its configuration file.</param>
/// <param name="Versions">How other versions are started, by version.</param>
public sealed record EngineControl(
    string DaemonJson,
    ImmutableArray<string> Stop,
    ImmutableArray<string> Start,
    ImmutableSortedDictionary<string, ImmutableArray<string>> Versions)
{
    private const int MaxLength = 64 << 10;

    /// <summary>As packages install it. The socket unit would start the engine again at the first question.</summary>
    public static EngineControl Systemd { get; } = new(
        "/etc/docker/daemon.json",
        ["systemctl", "stop", "docker.socket", "docker.service"],
        ["systemctl", "start", "docker.service"],
        ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal));

    /// <summary>Null: this host does not know how to start that version.</summary>
    public ImmutableArray<string>? StartOf(string? version) =>
        version is null ? Start : Versions.TryGetValue(version, out var command) ? command : null;

    /// <summary>
    /// Reads a JSON file such as <c>{"daemonJson": "/etc/docker/daemon.json", "stop": ["systemctl", "stop", "docker"], "start": ["systemctl", "start",
    /// "docker"], "versions": {"26.1.5": ["/usr/local/sbin/start-docker-26"]}}</c>; what it leaves out is as with systemd.
    /// </summary>
    /// <exception cref="FormatException">It is no such file; the message says what and where.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static EngineControl Read(string path)
    {
        if (new FileInfo(path).Length > MaxLength)
            throw new FormatException($"it is longer than {MaxLength} bytes");
        try
        {
            var form = JsonSerializer.Deserialize(File.ReadAllBytes(path), EngineControlJson.Default.EngineControlForm) ?? throw new FormatException("it is null");
            return new EngineControl(
                form.DaemonJson ?? Systemd.DaemonJson,
                Command("stop", form.Stop) ?? Systemd.Stop,
                Command("start", form.Start) ?? Systemd.Start,
                (form.Versions ?? []).ToImmutableSortedDictionary(static v => v.Key, static v => Command($"versions.{v.Key}", v.Value)!.Value, StringComparer.Ordinal));
        }
        catch (JsonException e)
        {
            throw new FormatException($"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {e.Message.Split(" Path:")[0]}", e);
        }
    }

    private static ImmutableArray<string>? Command(string name, string[]? command) =>
        command is null ? null : command is [{ Length: > 0 }, ..] ? [.. command] : throw new FormatException($"{name} names no program");
}

internal sealed record EngineControlForm(string? DaemonJson, string[]? Stop, string[]? Start, Dictionary<string, string[]>? Versions);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(EngineControlForm))]
internal sealed partial class EngineControlJson : JsonSerializerContext;
