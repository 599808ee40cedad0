using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;

namespace OverlayBridge.Serve;

/// <summary>
/// Something that <c>serve --roles</c> can name. A role brings its own options and registers its work as hosted services;
/// everything else (host, log, signals, systemd) is <see cref="ServeHost"/>'s.
/// </summary>
internal interface IServeRole
{
    /// <summary>As in <c>--roles</c>.</summary>
    string Name { get; }

    /// <summary>The options of this role alone, new instances at each call.</summary>
    IReadOnlyList<Option> Options { get; }

    /// <summary>
    /// Reads the role's options, opens what has to be open before anything runs, and registers the role's services. What
    /// it opens goes to <see cref="ServeContext.Own"/>.
    /// </summary>
    /// <exception cref="Terminal.OperatorException">An option is missing or wrong, or something cannot be opened.</exception>
    Task RegisterAsync(IServiceCollection services, ServeContext context, CancellationToken cancellationToken);
}
