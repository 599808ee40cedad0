namespace OverlayBridge.Migration.Agent.Tasks;

/// <summary>What a host does for a step of a plan: check, act, verify. Done twice it changes nothing; interrupted at whatever moment, it goes on.</summary>
internal interface IStep
{
    /// <summary>Carries the step out, undoes it, or says what it would change.</summary>
    /// <exception cref="StepException">It cannot be done.</exception>
    Task RunAsync(StepRun run, CancellationToken token);
}
