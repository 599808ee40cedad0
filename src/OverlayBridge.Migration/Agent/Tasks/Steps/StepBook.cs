using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>Which kind of step is carried out by what.</summary>
internal static class StepBook
{
    public static IStep For(StepKind kind, AgentTools tools) => kind switch
    {
        StepKind.CheckStore => new CheckStoreStep(tools),
        StepKind.ExposeNetwork => new ExposeNetworkStep(tools),
        StepKind.ConvertHost or StepKind.UpgradeEngine => new ConvertHostStep(tools),
        StepKind.MoveContainer => new MoveContainerStep(tools),
        StepKind.UpdateCompose => new UpdateComposeStep(tools),
        StepKind.CleanRecords => new CleanRecordsStep(tools),
        StepKind.Unexpose => new UnexposeStep(tools),
        StepKind.Retire => new RetireStep(tools),
        _ => throw new StepException($"This agent does not know the step '{PlanSteps.Word(kind)}'.", "See that the control nodes and this agent are of the same version."),
    };
}
