using System.Text.Json;
using System.Text.Json.Serialization;
using OverlayBridge.Gateway.Relay;

namespace OverlayBridge.Serve.Relay;

/// <summary>
/// Keeps on disk what a relay does, so that one that starts again while the store does not answer goes on with it. Nothing in it: the relay
/// asks the store before it passes anything on.
/// </summary>
internal sealed class RelayLedger(string path)
{
    private const int FormatVersion = 1;
    private const int MaxLength = 64 * 1024;

    /// <exception cref="IOException">It is there and cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public RelayMemory Read()
    {
        if (!File.Exists(path))
            return RelayMemory.None;
        try
        {
            if (new FileInfo(path).Length > MaxLength)
                throw new InvalidDataException($"it is longer than {MaxLength} bytes");
            var form = JsonSerializer.Deserialize(File.ReadAllBytes(path), RelayLedgerJson.Default.RelayLedgerForm);
            return form is { FormatVersion: FormatVersion }
                ? new RelayMemory(form.TakeoverId, form.Stance)
                : throw new InvalidDataException($"formatVersion {form?.FormatVersion} is not {FormatVersion}");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>Remembers, on the disk before it returns.</summary>
    /// <exception cref="IOException">It is not remembered.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Write(RelayMemory memory)
    {
        var temporary = path + ".new";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, new RelayLedgerForm(FormatVersion, memory.TakeoverId, memory.Stance), RelayLedgerJson.Default.RelayLedgerForm);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    public void Delete() => File.Delete(path);
}

/// <summary>The file's form.</summary>
internal sealed record RelayLedgerForm(int FormatVersion, string TakeoverId, RelayStance Stance);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RelayLedgerForm))]
internal sealed partial class RelayLedgerJson : JsonSerializerContext;
