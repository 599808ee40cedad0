using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>An engagement with how it was put in force.</summary>
/// <param name="Backend">What its rules are made with; null while there are none.</param>
/// <param name="LocalnetDevices">Devices that were set to route loopback addresses, and are to be set back.</param>
internal sealed record Remembered(Engagement Engagement, string? Backend, ImmutableHashSet<string> LocalnetDevices)
{
    public static Remembered Nothing { get; } = new(Engagement.None, null, []);
}

/// <summary>
/// Keeps on disk what this host has in force for a takeover, so that an agent that starts again, or a host, puts the same in force before
/// anybody tells it to. Written before the rules are, removed after they are.
/// </summary>
internal sealed class EngagementFile(string path, ILogger log)
{
    private const int FormatVersion = 1;
    private const int MaxLength = 1 << 20;

    /// <summary>A file that cannot be read is put aside and named in the log.</summary>
    public Remembered Read()
    {
        if (!File.Exists(path))
            return Remembered.Nothing;
        try
        {
            if (new FileInfo(path).Length > MaxLength)
                throw new InvalidDataException($"longer than {MaxLength} bytes");
            var form = JsonSerializer.Deserialize(File.ReadAllBytes(path), EngagementJson.Default.EngagementForm);
            return form is { FormatVersion: FormatVersion } ? Content(form) : throw new InvalidDataException($"formatVersion {form?.FormatVersion} is not {FormatVersion}");
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidDataException or ArgumentException)
        {
            File.Move(path, path + ".damaged", overwrite: true);
            log.LogError(
                "The file of what this host holds or redirects, {Path}, is damaged ({Reason}) and was put aside as {Path}.damaged. Until the store answers nothing is restored from it.",
                path, e.Message, path);
            return Remembered.Nothing;
        }
    }

    /// <summary>Remembers, on the disk before it returns; nothing leaves no file.</summary>
    public void Write(Remembered remembered)
    {
        if (remembered.Engagement.Kind == EngagementKind.None)
        {
            File.Delete(path);
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(stream, Form(remembered), EngagementJson.Default.EngagementForm);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    private static EngagementForm Form(Remembered remembered) => new(
        FormatVersion,
        remembered.Engagement.TakeoverId,
        remembered.Engagement.Kind == EngagementKind.Holding ? EngagementForm.Holding : EngagementForm.Redirected,
        [.. remembered.Engagement.Sources.Select(static source => source.ToString())],
        remembered.Engagement.Gateways.ToImmutableSortedDictionary(static g => g.Key.ToString(), static g => g.Value.ToString(), StringComparer.Ordinal),
        remembered.Engagement.Since,
        remembered.Engagement.IsSettled,
        remembered.Backend,
        [.. remembered.LocalnetDevices.Order(StringComparer.Ordinal)]);

    private static Remembered Content(EngagementForm form) => new(
        new Engagement(
            form.TakeoverId,
            form.State switch
            {
                EngagementForm.Holding => EngagementKind.Holding,
                EngagementForm.Redirected => EngagementKind.Redirected,
                _ => throw new InvalidDataException($"'{form.State}' is no state"),
            },
            [.. form.Sources.Select(static source => IPEndPoint.Parse(source))],
            form.Gateways.ToImmutableDictionary(static g => IPEndPoint.Parse(g.Key), static g => IPEndPoint.Parse(g.Value)),
            form.Since,
            form.IsSettled),
        form.Backend,
        [.. form.LocalnetDevices]);
}

/// <summary>The file's form.</summary>
/// <param name="Gateways">By source.</param>
internal sealed record EngagementForm(
    int FormatVersion,
    string TakeoverId,
    string State,
    ImmutableArray<string> Sources,
    ImmutableSortedDictionary<string, string> Gateways,
    DateTimeOffset Since,
    bool IsSettled,
    string? Backend,
    ImmutableArray<string> LocalnetDevices)
{
    public const string Holding = "holding";
    public const string Redirected = "redirected";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(EngagementForm))]
internal sealed partial class EngagementJson : JsonSerializerContext;
