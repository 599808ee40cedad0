using System.Net;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>An attempt at retiring host h1.</summary>
internal static class RetireRun
{
    /// <param name="changes">Of an earlier life of the agent.</param>
    public static StepRun Of(bool dryRun = false, IReadOnlyList<string>? changes = null, Action<StepRun>? told = null)
    {
        var step = new PlanStep("retire.h1", StepKind.Retire, "stage", "h1", null, null, TimeSpan.FromMinutes(1));
        var content = new StepContent(step, "plan", "m", [], new PlanHost("h1", IPAddress.Parse("172.31.0.1"), HostStrategy.ConvertHost, "20.10.5", null, []), []);
        return new StepRun(new HostTaskRecord("run", step.Id, 1, false, dryRun, content.ToText(), 60, default), content, changes ?? [], told ?? (static _ => { }));
    }
}
