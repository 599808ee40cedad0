using Microsoft.Extensions.DependencyInjection;
using OverlayBridge.Terminal;

namespace OverlayBridge.Hosting;

/// <summary>
/// Something that <c>serve --roles</c> can name. A role reads its own options and registers its work as hosted services;
/// everything else (host, log, signals, systemd) is <see cref="ServeHost"/>'s.
/// </summary>
public interface IServeRole
{
    /// <summary>As in <c>--roles</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Reads the role's options, opens what has to be open before anything runs, and registers the role's services. What
    /// it opens goes to <see cref="ServeContext.Own"/>.
    /// </summary>
    /// <exception cref="OperatorException">An option is missing or wrong, or something cannot be opened.</exception>
    Task RegisterAsync(IServiceCollection services, ServeContext context, CancellationToken cancellationToken);

    /// <summary>Called when all roles run: tells people so, where there is something to tell.</summary>
    void TellStarted(ServeContext context)
    {
    }

    /// <summary>The error for people of a start that failed; null for one that this role does not know.</summary>
    OperatorException? WhyNotStarted(ServeContext context, Exception error) => null;
}
