using System.Net;

namespace OverlayBridge.DataPlane.Redirect;

/// <summary>
/// Notes the openings of connections that a hold drops, from when it is made until it is disposed of, and sends them again once the hold is over: the kernel repeats
/// them by itself, but only in whole seconds.
/// </summary>
public interface IHeldOpenings : IAsyncDisposable
{
    /// <summary>
    /// Sends the last opening of each connection that is still being opened to one of these stores, as its program's own next attempt would go out by the rules of now.
    /// What was noted of these stores is forgotten.
    /// </summary>
    /// <returns>How many.</returns>
    /// <exception cref="RedirectException">Some could not be sent, or noted: their programs wait for the kernel's next attempt.</exception>
    Task<int> ResendAsync(IReadOnlySet<IPEndPoint> stores, CancellationToken token);
}
