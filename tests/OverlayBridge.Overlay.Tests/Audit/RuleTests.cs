using System.Collections.Immutable;
using OverlayBridge.Overlay.Audit;

namespace OverlayBridge.Overlay.Tests.Audit;

/// <summary>What the tests of all rules share.</summary>
public abstract class RuleTests(int number)
{
    protected const string Web = "web";
    protected const string Subnet = "10.60.0.0/24";

    private string Rule => AuditRules.Of(number).Id;

    /// <summary>A healthy network "web" with the containers "a" at 10.60.0.2 and "b" at 10.60.0.3.</summary>
    internal static StoreBuilder Healthy() =>
        new StoreBuilder().Network(Web, Subnet).Endpoint(Web, "a").Endpoint(Web, "b");

    internal static ImmutableArray<AuditFinding> Audit(StoreBuilder store, params EngineFacts[] engines) =>
        Auditor.Audit(new AuditInput { Image = store.Build(), Engines = [.. engines] }).Findings;

    /// <summary>Nothing else than this rule is broken, once; other findings are notes at most.</summary>
    internal AuditFinding Only(StoreBuilder store, params EngineFacts[] engines)
    {
        var findings = Audit(store, engines);
        Assert.Equal([Rule], findings.Where(f => f.Severity < AuditSeverity.Info || f.Rule == Rule).Select(f => f.Rule));
        return findings.Single(f => f.Rule == Rule);
    }

    /// <summary>The one finding of this rule, whatever else there is.</summary>
    internal AuditFinding Found(StoreBuilder store, params EngineFacts[] engines) =>
        Assert.Single(Audit(store, engines), f => f.Rule == Rule);

    /// <summary>The rule is not broken, not even as a consequence.</summary>
    internal void Silent(StoreBuilder store, params EngineFacts[] engines)
    {
        var findings = Audit(store, engines);
        Assert.DoesNotContain(findings, f => f.Rule == Rule || f.Explains.Any(e => e.Rule == Rule));
    }

    /// <summary>A transient rule: reported when the second read is the same, not when it differs as given.</summary>
    internal void NeedsRest(Func<StoreBuilder> broken, Func<StoreBuilder, StoreBuilder> meanwhile)
    {
        var first = broken().Build();
        Assert.Contains(Auditor.Audit(new AuditInput { Image = first, Again = broken().Build() }).Findings, IsOfRule);
        var result = Auditor.Audit(new AuditInput { Image = first, Again = meanwhile(broken()).Build() });
        Assert.DoesNotContain(result.Findings, IsOfRule);
    }

    /// <summary>An engine at 10.0.0.1 with containers that run as given.</summary>
    internal static EngineFacts Engine(params (string Network, string Name, string Address)[] running) => new()
    {
        Uri = "tcp://10.0.0.1:2376",
        HostName = "h1",
        Addresses = ["10.0.0.1"],
        Containers =
        [
            .. running.Select(r => new EngineContainerFacts(StoreBuilder.Id("container " + r.Name), r.Name, true,
                StoreBuilder.Id("sandbox of " + r.Name),
                [new EngineEndpointFacts(StoreBuilder.Id(r.Network), StoreBuilder.EndpointId(r.Network, r.Name), r.Network, r.Address)])),
        ],
    };

    internal static string Address(string address, string subnet = Subnet) => $"{StoreBuilder.PoolId(subnet)} {address}";

    internal static string[] Explained(AuditFinding finding) => [.. finding.Explains.Select(e => $"{e.Rule} {e.Subject}")];

    private bool IsOfRule(AuditFinding finding) => finding.Rule == Rule || finding.Explains.Any(e => e.Rule == Rule);
}
