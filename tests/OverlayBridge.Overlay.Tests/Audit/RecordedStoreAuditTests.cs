using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Audit;
using OverlayBridge.Overlay.Inventories;

namespace OverlayBridge.Overlay.Tests.Audit;

/// <summary>The recorded stores against the "Worked result" of the catalogue.</summary>
public class RecordedStoreAuditTests
{
    private const string Root = "docker/network/v1.0/";
    private const string Back = "0eb37f9d8e37a2addb73ce1cf92613511a84c4b31b31f6755340c255e19d3243";
    private const string Front = "184e19954abcfeb4c5c957270c851b198597258807006f74c83090433163a30b";
    private const string Legacy1 = "65c4e23feb24c927b95c12dd8fc108a77e28e157ebb15fbf74ab213f98128d44";
    private const string Auto2 = "8a1b9ca94b134ff2b2dbf07963440bb03f36447852ef9852cc5e2a57d540de38";
    private const string Multi = "d258147bb7fa6c0ed1c49953146a396c728aca813d1a962e3905784caa3e6ca8";
    private const string Dual = "f724d3154e7e00c5b3b885f91ad0db29f3816100c0db8d8d8c1481d2e6816735";
    private const string CutOff = Multi + "/2e2492e8d2ded144c57d0fd4c1bcef408ad932e7d7f0454baef254f87ddc90d2";
    private const string FrontPool = "GlobalDefault/10.80.0.0/24";

    [Fact]
    public void The_healthy_store_gives_only_notes()
    {
        foreach (var image in (StoreImage[])[RecordedStore.Healthy, RecordedStore.HealthyExport])
        {
            var result = Auditor.Audit(new AuditInput { Image = image });
            Assert.Equal([("OB44", Dual), ("OB48", Root + "endpoint/")], result.Findings.Select(f => (f.Rule, f.Subject)));
            Assert.All(result.Findings, f => Assert.Equal(AuditSeverity.Info, f.Worst));
            Assert.Equal(13, result.Findings[1].Explains.Length);
        }
    }

    [Fact]
    public void The_store_of_etcd_gives_nothing() =>
        Assert.Empty(Auditor.Audit(new AuditInput { Image = RecordedStore.Etcd }).Findings);

    [Fact]
    public void The_damaged_store_gives_each_fault_once()
    {
        var findings = Auditor.Audit(new AuditInput { Image = RecordedStore.Damaged }).Findings;
        Assert.Equal(
        [
            (AuditSeverity.Critical, "OB02", CutOff, "OB09 GlobalDefault/10.84.0.0/24 10.84.0.50"),
            (AuditSeverity.Critical, "OB10", FrontPool + " 10.80.0.100", ""),
            (AuditSeverity.Critical, "OB25", FrontPool + " 10.80.0.64", $"OB26 {Front} 02:42:0a:50:00:40"),
            (AuditSeverity.Critical, "OB25", FrontPool + " 10.80.0.65", $"OB26 {Front} 02:42:0a:50:00:41"),
            (AuditSeverity.Error, "OB07", Back, ""),
            (AuditSeverity.Error, "OB07", Dual, ""),
            (AuditSeverity.Warning, "OB08", Auto2, $"OB09 GlobalDefault/10.0.0.0/24 10.0.0.1, OB16 {Auto2}, OB18 GlobalDefault/10.0.0.0/24"),
            (AuditSeverity.Warning, "OB09", "GlobalDefault/10.81.0.0/16 10.81.0.3", ""),
            (AuditSeverity.Warning, "OB11", FrontPool, ""),
            (AuditSeverity.Warning, "OB36", "172.31.0.2", Explained(findings, "OB36")),
            (AuditSeverity.Info, "OB44", Dual, ""),
            (AuditSeverity.Info, "OB48", Root + "endpoint/", Explained(findings, "OB48")),
            (AuditSeverity.Info, "OB49", "docker/swarm/leader", ""),
        ], findings.Select(f => (f.Severity, f.Rule, f.Subject, string.Join(", ", f.Explains.Select(e => $"{e.Rule} {e.Subject}")))));
        Assert.Equal(
            [Front, Front, Legacy1, Multi, Dual],
            findings.Single(f => f.Rule == "OB36").Explains.Select(e => e.Subject.Split('/')[0]));
    }

    [Fact]
    public void The_damaged_stores_findings_name_their_keys_and_figures()
    {
        var findings = Auditor.Audit(new AuditInput { Image = RecordedStore.Damaged }).Findings;
        Assert.Equal([$"{Root}endpoint/{CutOff}/"], Of(findings, "OB02").Keys);
        Assert.Contains("byte 200", Of(findings, "OB02").Message);
        Assert.Equal([$"{Root}endpoint_count/{Auto2}/", $"{Root}overlay/network/{Auto2}/"], Of(findings, "OB08").Keys);
        Assert.Equal([$"{Root}ipam/default/data/GlobalDefault/10.81.0.0/16/"], Of(findings, "OB09").Keys);
        Assert.Contains("dual (f724d3154e7e) counts 9 endpoints but has 2", findings.Single(f => f.Rule == "OB07" && f.Subject == Dual).Message);
        Assert.Contains("246 of 256 are free, but 249 are", Of(findings, "OB11").Message);
        Assert.All(findings.Where(f => f.Rule == "OB25"), f => Assert.Equal(2, f.Keys.Length));
        Assert.Equal(5, Of(findings, "OB36").Keys.Length);
        Assert.Equal(AuditSeverity.Error, Of(findings, "OB08").Worst);
    }

    [Fact]
    public void Counts_are_those_of_the_inventory()
    {
        foreach (var image in (StoreImage[])[RecordedStore.Healthy, RecordedStore.Damaged, RecordedStore.Etcd, StoreImage.Empty])
        {
            var (counts, inventory) = (Auditor.Audit(new AuditInput { Image = image }).Counts, Inventory.From(image).Counts);
            Assert.Equal(new AuditCounts(inventory.Networks, inventory.Endpoints, inventory.Pools, inventory.Hosts), counts);
        }
    }

    private static AuditFinding Of(IEnumerable<AuditFinding> findings, string rule) => findings.Single(f => f.Rule == rule);

    private static string Explained(IEnumerable<AuditFinding> findings, string rule) =>
        string.Join(", ", findings.Where(f => f.Rule == rule).SelectMany(f => f.Explains).Select(e => $"{e.Rule} {e.Subject}"));
}
