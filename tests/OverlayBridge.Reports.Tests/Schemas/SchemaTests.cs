using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Diff;
using OverlayBridge.Overlay.Inventories;
using OverlayBridge.Reports.Audits;
using OverlayBridge.Reports.Diffs;
using OverlayBridge.Reports.Inventories;
using OverlayBridge.Reports.Plans;
using OverlayBridge.Reports.Repairs;
using OverlayBridge.Reports.Takeovers;
using OverlayBridge.Reports.Tests.Audits;
using OverlayBridge.Reports.Tests.Clusters;
using OverlayBridge.Reports.Tests.Composes;
using OverlayBridge.Reports.Tests.Exposures;
using OverlayBridge.Reports.Tests.Histories;
using OverlayBridge.Reports.Tests.Plans;
using OverlayBridge.Reports.Tests.Repairs;
using OverlayBridge.Reports.Tests.Tokens;

namespace OverlayBridge.Reports.Tests.Schemas;

/// <summary>docs/schemas say exactly what the JSON forms hold: no field more, none less.</summary>
public sealed class SchemaTests
{
    public static TheoryData<string> Reports =>
        ["inventory", "audit", "audit-rules", "diff", "import", "exposure", "networks", "repair", "cluster", "restore", "takeover", "takeover-prepare", "compose", "token", "tokens", "history", "plan", "plan-validation", "plan-diff", "plan-refresh"];

    [Theory]
    [MemberData(nameof(Reports))]
    public void The_schema_in_docs_is_that_of_the_types(string report)
    {
        var (type, title) = TypeOf(report);

        Golden.MatchesFile(SchemaFile(report), SchemaWriter.Write(type, title));
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public async Task The_output_for_the_recorded_stores_has_exactly_its_fields(string report)
    {
        var check = new SchemaCheck(Parse(await File.ReadAllTextAsync(SchemaFile(report), TestContext.Current.CancellationToken)));
        var healthy = await Samples.RecordedAsync("consul-healthy");
        var damaged = await Samples.RecordedAsync("consul-damaged");
        var diff = StateDiff.Between(healthy, damaged);
        IReport[] outputs = report switch
        {
            "inventory" => [new InventoryReport(Inventory.From(healthy), []), new InventoryReport(Inventory.From(damaged), []), Samples.Named("web")],
            "audit" => [new AuditReport(Auditor.Audit(new() { Image = healthy })), new AuditReport(Auditor.Audit(new() { Image = damaged })), AuditSamples.Named("web")],
            "audit-rules" => [new AuditRulesReport()],
            "diff" => [new DiffReport(diff, withKeys: true), new DiffReport(diff, withKeys: false)],
            "exposure" => [ExposureSamples.Expose("web"), ExposureSamples.Unexpose("web")],
            "takeover" => [TakeoverSamples.Status("web"), new StatusReport(StatusDocument.Of("bridge://b", "primary", null, null, [], null, DateTimeOffset.UnixEpoch))],
            "takeover-prepare" => [TakeoverSamples.Prepare()],
            "networks" => [ExposureSamples.Networks("web")],
            "repair" => [RepairSamples.Report(damaged, RepairState.Planned), RepairSamples.Report(damaged, RepairState.Done), RepairSamples.Report(healthy, RepairState.Planned)],
            "cluster" => [ClusterSamples.Cluster("web"), ClusterSamples.Alone],
            "compose" => [ComposeSamples.Check("web"), ComposeSamples.Override("web")],
            "restore" => [ClusterSamples.Restore("web")],
            "token" => [TokenSamples.Created("web"), TokenSamples.Revoked("web")],
            "plan" or "plan-diff" or "plan-refresh" => [PlanSamples.Report(report, "web")],
            "plan-validation" => [PlanSamples.Report(report, "web"), PlanSamples.Valid],
            "history" => [HistorySamples.Changes("web"), HistorySamples.None],
            "tokens" => [TokenSamples.List("web"), TokenSamples.None],
            _ => [new ImportReport(diff, Samples.Facts(ImportResult.Held, "why")), new ImportReport(diff, Samples.Facts(ImportResult.Applied))],
        };

        Assert.Empty(outputs.SelectMany(output => check.Errors(Parse(output.Json()))));
    }

    [Theory]
    [InlineData("""{"formatVersion": 1}""", "$: from is missing")]
    [InlineData("""{"surprise": 1}""", "$: surprise is not in the schema")]
    [InlineData("""{"summary": {"added": "1"}}""", "$.summary.added: string instead of")]
    [InlineData("""{"changes": [{"action": "moved"}]}""", "$.changes[0].action: \"moved\" is not one of")]
    public void The_check_itself_finds_what_does_not_fit(string document, string error)
    {
        var check = new SchemaCheck(Parse(File.ReadAllText(SchemaFile("diff"))));

        Assert.Contains(check.Errors(Parse(document)), found => found.StartsWith(error, StringComparison.Ordinal));
    }

    private static (JsonTypeInfo Type, string Title) TypeOf(string report) => report switch
    {
        "inventory" => (ReportJson.Default.InventoryDocument, "overlaybridge inspect -o json"),
        "audit" => (ReportJson.Default.AuditDocument, "overlaybridge audit -o json"),
        "audit-rules" => (ReportJson.Default.AuditRulesDocument, "overlaybridge audit --list-rules -o json"),
        "diff" => (ReportJson.Default.DiffDocument, "overlaybridge diff -o json"),
        "exposure" => (ReportJson.Default.ExposureDocument, "overlaybridge network expose|unexpose -o json"),
        "takeover" => (ReportJson.Default.StatusDocument, "overlaybridge takeover status|commit|abort|release -o json"),
        "takeover-prepare" => (ReportJson.Default.PrepareDocument, "overlaybridge takeover prepare -o json"),
        "networks" => (ReportJson.Default.NetworksDocument, "overlaybridge network ls|show -o json"),
        "cluster" => (ReportJson.Default.ClusterDocument, "overlaybridge cluster status|members -o json"),
        "restore" => (ReportJson.Default.RestoreDocument, "overlaybridge cluster restore -o json"),
        "compose" => (ReportJson.Default.ComposeDocument, "overlaybridge compose check|override -o json"),
        "token" => (ReportJson.Default.TokenDocument, "overlaybridge token create|revoke -o json"),
        "tokens" => (ReportJson.Default.TokensDocument, "overlaybridge token list -o json"),
        "plan" => (ReportJson.Default.PlanDocument, "overlaybridge plan show|create -o json"),
        "plan-validation" => (ReportJson.Default.PlanValidationDocument, "overlaybridge plan validate -o json"),
        "plan-diff" => (ReportJson.Default.PlanDiffDocument, "overlaybridge plan diff -o json"),
        "plan-refresh" => (ReportJson.Default.PlanFitDocument, "overlaybridge plan refresh -o json"),
        "history" => (ReportJson.Default.HistoryDocument, "overlaybridge history -o json"),
        "repair" => (ReportJson.Default.RepairDocument, "overlaybridge repair -o json"),
        _ => (ReportJson.Default.ImportDocument, "overlaybridge import -o json"),
    };

    private static string SchemaFile(string report) => Path.Combine(TestFiles.RepositoryRoot, "docs", "schemas", $"{report}.schema.json");

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
