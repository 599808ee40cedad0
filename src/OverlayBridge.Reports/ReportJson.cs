using System.Text.Json.Serialization;
using OverlayBridge.Reports.Diffs;
using OverlayBridge.Reports.Exposures;
using OverlayBridge.Reports.Inventories;

namespace OverlayBridge.Reports;

/// <summary>The JSON form of every report: camelCase, indented, null where nothing is known.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InventoryDocument))]
[JsonSerializable(typeof(DiffDocument))]
[JsonSerializable(typeof(ImportDocument))]
[JsonSerializable(typeof(ExposureDocument))]
[JsonSerializable(typeof(NetworksDocument))]
internal sealed partial class ReportJson : JsonSerializerContext;
