using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Stitch;

namespace OverlayBridge.Migration.Agent.Stitching;

/// <summary>
/// Remembers on disk which entries are the agent's own, one file for each VXLAN device, so that an agent that starts again
/// removes exactly these. What is remembered holds for one namespace only: with the namespace its entries are gone.
/// </summary>
internal sealed class OwnedEntryFiles
{
    private const int FormatVersion = 1;
    private const string Extension = ".json";
    private const int MaxFileLength = 64 << 20;

    private readonly string folder;
    private readonly string bootId;
    private readonly ILogger log;

    /// <summary>What was read or written last, and how the file looked then: it is long, and asked for at each look at the kernel.</summary>
    private readonly Dictionary<string, Remembered> last = new(StringComparer.Ordinal);

    private sealed record Remembered(string Namespace, long Length, DateTime Written, OwnedEntries Entries);

    /// <param name="folder">Made when it is not there.</param>
    /// <param name="bootId">Of the host's current run: namespaces do not outlive it, but their names come again.</param>
    public OwnedEntryFiles(string folder, string bootId, ILogger log)
    {
        this.folder = folder;
        this.bootId = bootId;
        this.log = log;
        Directory.CreateDirectory(folder);
    }

    /// <summary>What something is remembered of: network ids, or <see cref="WantedTable.Name"/> of a further subnet's device.</summary>
    public ImmutableArray<string> Tables() =>
        [.. Directory.EnumerateFiles(folder, "*" + Extension).Select(static path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>What the agent owns on this device of a namespace. A file that cannot be read is put aside and named in the log.</summary>
    public OwnedEntries Read(string table, string namespaceIdentity)
    {
        var path = PathOf(table);
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists)
                return OwnedEntries.None;
            if (info.Length > MaxFileLength)
                throw new InvalidDataException($"longer than {MaxFileLength} bytes");
            if (last.TryGetValue(table, out var known) && known == new Remembered(namespaceIdentity, info.Length, info.LastWriteTimeUtc, known.Entries))
                return known.Entries;
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(path), OwnedEntryJson.Default.OwnedEntryFile);
            if (file is not { FormatVersion: FormatVersion })
                throw new InvalidDataException($"formatVersion {file?.FormatVersion} is not {FormatVersion}");
            var entries = file.BootId == bootId && file.Namespace == namespaceIdentity ? Entries(file) : OwnedEntries.None;
            last[table] = new(namespaceIdentity, info.Length, info.LastWriteTimeUtc, entries);
            return entries;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidDataException)
        {
            File.Move(path, path + ".damaged", overwrite: true);
            log.LogError(
                "The list of own entries {Path} is damaged ({Reason}) and was put aside as {Path}.damaged. Entries named there alone are now taken for somebody else's and stay.",
                path, e.Message, path);
            return OwnedEntries.None;
        }
    }

    /// <summary>Remembers, on the disk before it returns; nothing owned leaves no file.</summary>
    public void Write(string table, string namespaceIdentity, OwnedEntries entries)
    {
        if (entries.IsEmpty)
        {
            Forget(table);
            return;
        }
        var path = PathOf(table);
        var temporary = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(stream, FileOf(namespaceIdentity, entries), OwnedEntryJson.Default.OwnedEntryFile);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
        var written = new FileInfo(path);
        last[table] = new(namespaceIdentity, written.Length, written.LastWriteTimeUtc, entries);
    }

    public void Forget(string table)
    {
        File.Delete(PathOf(table));
        last.Remove(table);
    }

    private string PathOf(string table) =>
        BridgeKeys.IsSegment(table)
            ? Path.Combine(folder, table + Extension)
            : throw new ArgumentException($"'{table}' is no name of a table", nameof(table));

    private OwnedEntryFile FileOf(string namespaceIdentity, OwnedEntries entries) => new(
        FormatVersion,
        bootId,
        namespaceIdentity,
        entries.Vni,
        [.. entries.Neighbours.Select(static n => new OwnedNeighbour(n.Address.ToString(), n.Mac.ToColonText()))],
        [.. entries.Forwardings.Select(static f => new OwnedForwarding(f.Mac.ToColonText(), f.Vtep.ToString(), f.Vni))],
        entries.HasMarked);

    private static OwnedEntries Entries(OwnedEntryFile file) => new(
        file.Vni,
        [.. file.Neighbours.Select(static n => new NeighbourEntry(IPAddress.Parse(n.Address), PhysicalAddress.Parse(n.MacAddress)))],
        [.. file.Forwardings.Select(static f => new ForwardingEntry(PhysicalAddress.Parse(f.MacAddress), IPAddress.Parse(f.Vtep), f.Vni))],
        file.HasMarked);
}

/// <summary>The file's form.</summary>
internal sealed record OwnedEntryFile(
    int FormatVersion,
    string BootId,
    string Namespace,
    uint Vni,
    ImmutableArray<OwnedNeighbour> Neighbours,
    ImmutableArray<OwnedForwarding> Forwardings,
    bool HasMarked = false);

internal sealed record OwnedNeighbour(string Address, string MacAddress);

internal sealed record OwnedForwarding(string MacAddress, string Vtep, uint? Vni);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(OwnedEntryFile))]
internal sealed partial class OwnedEntryJson : JsonSerializerContext;
