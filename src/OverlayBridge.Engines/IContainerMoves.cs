using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace OverlayBridge.Engines;

/// <summary>
/// What it takes to make a container anew at another engine. Each method ends within a time limit and throws <see cref="EngineException"/> where it fails.
/// </summary>
public interface IContainerMoves
{
    /// <summary>All that the engine tells of a container, in its own form (<c>docker inspect</c>), so that nothing is lost that this program does not know; null when it is not there.</summary>
    Task<JsonObject?> PaperAsync(string container, CancellationToken token);

    /// <summary>What was changed in the container's own layer since it was made; what is on volumes, binds and in memory is not among it.</summary>
    Task<ImmutableArray<LayerChange>> ChangesAsync(string container, CancellationToken token);

    /// <param name="image">An id or a name.</param>
    /// <returns>Its id; null when it is not there.</returns>
    Task<string?> ImageIdAsync(string image, CancellationToken token);

    /// <summary>Makes a container, and does not start it.</summary>
    /// <param name="parts">The body of <c>POST /containers/create</c>.</param>
    Task MakeAsync(string name, JsonObject parts, CancellationToken token);

    /// <summary>Says when the engine starts the container again by itself.</summary>
    /// <param name="policy"><c>no</c>, <c>always</c>, <c>unless-stopped</c> or <c>on-failure</c>.</param>
    /// <param name="mostTries">With <c>on-failure</c>; 0 for no limit.</param>
    Task SetRestartAsync(string container, string policy, int mostTries, CancellationToken token);

    Task RenameAsync(string container, string name, CancellationToken token);
}

/// <param name="Path">In the container; a folder is told beside what is in it.</param>
/// <param name="Kind">What became of it.</param>
public sealed record LayerChange(string Path, LayerChangeKind Kind);

/// <summary>As the engine counts them.</summary>
public enum LayerChangeKind
{
    /// <summary>Other content or rights; folders in which something changed, too.</summary>
    Changed,

    Added,

    Removed,
}
