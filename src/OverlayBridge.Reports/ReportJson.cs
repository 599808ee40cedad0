using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OverlayBridge.Reports.Audits;
using OverlayBridge.Reports.Clusters;
using OverlayBridge.Reports.Composes;
using OverlayBridge.Reports.Diffs;
using OverlayBridge.Reports.Exposures;
using OverlayBridge.Reports.Histories;
using OverlayBridge.Reports.Inventories;
using OverlayBridge.Reports.Plans;
using OverlayBridge.Reports.Repairs;
using OverlayBridge.Reports.Takeovers;
using OverlayBridge.Reports.Text;
using OverlayBridge.Reports.Tokens;

namespace OverlayBridge.Reports;

/// <summary>The JSON form of every report: camelCase, indented, null where nothing is known.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InventoryDocument))]
[JsonSerializable(typeof(AuditDocument))]
[JsonSerializable(typeof(AuditRulesDocument))]
[JsonSerializable(typeof(DiffDocument))]
[JsonSerializable(typeof(ImportDocument))]
[JsonSerializable(typeof(ExposureDocument))]
[JsonSerializable(typeof(NetworksDocument))]
[JsonSerializable(typeof(RepairDocument))]
[JsonSerializable(typeof(ClusterDocument))]
[JsonSerializable(typeof(RestoreDocument))]
[JsonSerializable(typeof(PrepareDocument))]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(ComposeDocument))]
[JsonSerializable(typeof(PlanValidationDocument))]
[JsonSerializable(typeof(PlanDocument))]
[JsonSerializable(typeof(PlanDiffDocument))]
[JsonSerializable(typeof(PlanFitDocument))]
[JsonSerializable(typeof(HistoryDocument))]
[JsonSerializable(typeof(TokensDocument))]
[JsonSerializable(typeof(TokenDocument))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>Writes a document, piece by piece, and ends its last line.</summary>
    public static void Write<T>(TextWriter output, T document, JsonTypeInfo<T> type)
    {
        using (var utf8 = new Utf8TextStream(output))
            JsonSerializer.Serialize(utf8, document, type);
        output.Write('\n');
    }
}
