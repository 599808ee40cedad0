using OverlayBridge.DataPlane.Redirect;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>A host's own traffic to a store: by what its rules can be made, and its connections.</summary>
internal interface IHostTraffic
{
    IStoreConnections Connections { get; }

    /// <param name="inUse">What rules that may still stand were made with; null when there are none.</param>
    /// <exception cref="RedirectException">No way works on this host.</exception>
    Task<IStoreRedirect> ChooseAsync(string? inUse, CancellationToken token);

    /// <summary>Begins to note openings of connections that a hold drops.</summary>
    /// <exception cref="RedirectException">The host does not let it.</exception>
    Task<IHeldOpenings> ListenAsync(TimeProvider time, CancellationToken token);
}

/// <summary>That of the kernel.</summary>
internal sealed class HostTraffic(HostNetwork network) : IHostTraffic
{
    public IStoreConnections Connections { get; } = new StoreConnections(network);

    public Task<IStoreRedirect> ChooseAsync(string? inUse, CancellationToken token) => StoreRedirects.ChooseAsync(network, inUse, token);

    public async Task<IHeldOpenings> ListenAsync(TimeProvider time, CancellationToken token) => await HeldOpenings.ListenAsync(network, time, token);
}
