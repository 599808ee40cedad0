using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>The notes of a conversion on the host's disk, for this user alone. On it before a change is made, and gone after the last one back.</summary>
internal sealed class ConversionFile(string path)
{
    private const int FormatVersion = 1;

    /// <summary>Null: there are none.</summary>
    /// <exception cref="StepException">They cannot be read: the way back is not known.</exception>
    public ConversionNotes? Read()
    {
        if (!File.Exists(path))
            return null;
        try
        {
            var form = JsonSerializer.Deserialize(File.ReadAllBytes(path), ConversionJson.Default.ConversionForm);
            if (form is not { FormatVersion: FormatVersion })
                throw new InvalidDataException($"formatVersion {form?.FormatVersion} is not {FormatVersion}");
            return new ConversionNotes(
                BridgeRecords.Decode<HostConversion>(path, Encoding.UTF8.GetBytes(form.Before)),
                form.DaemonJson,
                [.. form.Resolvers.Select(IPAddress.Parse)],
                form.DataRoot,
                form.IsStopped,
                [.. form.LeftNodes])
            {
                IsCleanedUp = form.IsCleanedUp,
                HasGhosts = form.HasGhosts,
            };
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidDataException or BridgeRecordException)
        {
            throw new StepException(
                $"The notes of this host's conversion, {path}, are damaged: {e.Message}",
                "Restore the file from a backup. What the containers had is also in the store, under overlaybridge/v1/hosts/HOST/conversion.", e);
        }
    }

    public void Write(ConversionNotes notes) => DurableFile.Write(
        path,
        JsonSerializer.SerializeToUtf8Bytes(
            new ConversionForm(
                FormatVersion, Encoding.UTF8.GetString(BridgeRecords.Encode(notes.Before)), notes.DaemonJson, [.. notes.Resolvers.Select(static r => r.ToString())],
                notes.DataRoot, notes.IsStopped, [.. notes.LeftNodes], notes.IsCleanedUp, notes.HasGhosts),
            ConversionJson.Default.ConversionForm));

    public void Delete() => File.Delete(path);
}

/// <summary>The file's form.</summary>
/// <param name="Before">A <see cref="HostConversion"/> as it stands in the store.</param>
internal sealed record ConversionForm(
    int FormatVersion, string Before, string? DaemonJson, string[] Resolvers, string DataRoot, bool IsStopped, string[] LeftNodes, bool IsCleanedUp = false, bool HasGhosts = false);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ConversionForm))]
internal sealed partial class ConversionJson : JsonSerializerContext;
