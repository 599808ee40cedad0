namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>Moves a model of the host, from how it stands.</summary>
/// <param name="save">What would be written down.</param>
internal sealed class DryEdge(ModelHost host, ConversionGoal goal, Func<ConversionNotes> save) : IChangeEdge<HostSituation, HostMove>
{
    public ModelHost Host { get; private set; } = host;

    public Task<HostSituation> LookAsync(CancellationToken token) => Task.FromResult(Host.Look());

    public Task DoAsync(HostMove change, HostSituation now, StepRun run, CancellationToken token)
    {
        Host = Host.After(change, goal, save);
        return Task.CompletedTask;
    }

    public Task PauseAsync(CancellationToken token) => Task.CompletedTask;
}
