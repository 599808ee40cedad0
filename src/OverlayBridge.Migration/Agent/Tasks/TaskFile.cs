using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks;

/// <summary>A task that an agent has begun.</summary>
/// <param name="Begun">The attempt, by the agent's clock: its time limit counts from there, whatever happens to the agent.</param>
/// <param name="Changes">So far.</param>
/// <param name="Retired">When the bridge left this host by this task. The agent has to end, whenever it is started; by the agent's clock.</param>
internal sealed record BegunTask(HostTaskRecord Task, DateTimeOffset Begun, IReadOnlyList<string> Changes, DateTimeOffset? Retired = null);

/// <summary>
/// Keeps the task at work on disk, whole, so that an agent that starts again goes on at once: its host may have no engine at that moment, and the way to
/// the store may be longer than the way through.
/// </summary>
internal sealed class TaskFile(string path, ILogger log)
{
    private const int FormatVersion = 1;
    private const int MaxLength = 1 << 20;

    public string Path => path;

    /// <summary>Null: none is at work. A file that cannot be read is put aside and named in the log: the store knows the task too.</summary>
    public BegunTask? Read()
    {
        if (!File.Exists(path))
            return null;
        try
        {
            if (new FileInfo(path).Length > MaxLength)
                throw new InvalidDataException($"longer than {MaxLength} bytes");
            var form = JsonSerializer.Deserialize(File.ReadAllBytes(path), TaskJson.Default.TaskForm);
            if (form is not { FormatVersion: FormatVersion })
                throw new InvalidDataException($"formatVersion {form?.FormatVersion} is not {FormatVersion}");
            return new BegunTask(BridgeRecords.Decode<HostTaskRecord>(path, Encoding.UTF8.GetBytes(form.Task)), form.Begun, form.Changes, form.Retired);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or BridgeRecordException)
        {
            File.Move(path, path + ".damaged", overwrite: true);
            log.LogError("The file of the task at work, {Path}, is damaged ({Reason}) and was put aside as {Path}.damaged. The task is begun anew when the store tells it.", path, e.Message, path);
            return null;
        }
    }

    public void Write(BegunTask task) => DurableFile.Write(
        path,
        JsonSerializer.SerializeToUtf8Bytes(
            new TaskForm(FormatVersion, Encoding.UTF8.GetString(BridgeRecords.Encode(task.Task)), task.Begun, [.. task.Changes], task.Retired), TaskJson.Default.TaskForm));

    public void Delete() => File.Delete(path);
}

/// <summary>The file's form.</summary>
/// <param name="Task">A <see cref="HostTaskRecord"/> as it stands in the store.</param>
internal sealed record TaskForm(int FormatVersion, string Task, DateTimeOffset Begun, string[] Changes, DateTimeOffset? Retired = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TaskForm))]
internal sealed partial class TaskJson : JsonSerializerContext;
