using OverlayBridge.Reports.Audits;

namespace OverlayBridge.Reports.Tests.Audits;

/// <summary>Every form of the audits of both recorded stores, as files to read and to review.</summary>
public sealed class AuditGoldenTests
{
    public static TheoryData<string, string> Forms => new MatrixTheoryData<string, string>(["consul-healthy", "consul-damaged"], ["txt", "json", "md", "html"]);

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Audit_of(string store, string form) =>
        Golden.Matches("OverlayBridge.Reports.Tests", $"{store}/audit.{form}", (await AuditSamples.RecordedAsync(store)).Form(form));

    [Theory]
    [InlineData("txt")]
    [InlineData("json")]
    [InlineData("md")]
    [InlineData("html")]
    public void The_rules_in(string form) => Golden.Matches("OverlayBridge.Reports.Tests", $"audit-rules.{form}", new AuditRulesReport().Form(form));
}
