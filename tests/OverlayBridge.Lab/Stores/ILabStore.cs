namespace OverlayBridge.Lab.Stores;

/// <summary>A real store, one server, on the node kv.</summary>
public interface ILabStore
{
    /// <summary>Name and version.</summary>
    string Program { get; }

    /// <summary>What engines take as cluster store, and the overlaybridge command as STATE.</summary>
    string State { get; }

    /// <summary>Starts it, on the data that it had, and waits until it serves.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>SIGKILL.</summary>
    Task KillAsync(CancellationToken cancellationToken);

    Task<bool> AnswersAsync(CancellationToken cancellationToken);
}
