namespace OverlayBridge.Migration.Agent.Tasks.Conversion;

/// <summary>The host that a conversion looks at and changes; a dry run has one that only writes down.</summary>
internal interface IConversionEdge
{
    /// <summary>Null while the host is neither converted nor on the way.</summary>
    ConversionNotes? Notes { get; }

    /// <summary>How the host stands.</summary>
    /// <exception cref="StepException">It cannot be told.</exception>
    Task<HostSituation> LookAsync(ConversionGoal goal, CancellationToken token);

    /// <summary>Makes one move, to its end. An interrupted one leaves nothing that the next look does not see.</summary>
    /// <exception cref="StepException">It failed.</exception>
    Task DoAsync(HostMove move, HostSituation now, ConversionGoal goal, CancellationToken token);

    /// <summary>Before something is tried again.</summary>
    Task PauseAsync(CancellationToken token);
}

/// <summary>Moves a model of the host, from how it stands.</summary>
/// <param name="save">What would be written down.</param>
internal sealed class DryEdge(ModelHost host, Func<ConversionNotes> save) : IConversionEdge
{
    public ModelHost Host { get; private set; } = host;

    public ConversionNotes? Notes => Host.Notes;

    public Task<HostSituation> LookAsync(ConversionGoal goal, CancellationToken token) => Task.FromResult(Host.Look());

    public Task DoAsync(HostMove move, HostSituation now, ConversionGoal goal, CancellationToken token)
    {
        Host = Host.After(move, goal, save);
        return Task.CompletedTask;
    }

    public Task PauseAsync(CancellationToken token) => Task.CompletedTask;
}
