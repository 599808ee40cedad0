using OverlayBridge.Sources;

namespace OverlayBridge.Migration.Tests.Expose;

/// <summary>Breaks the n-th change that a command makes, wherever it is made; before it takes effect, or after.</summary>
internal sealed class Faults
{
    private int _changes;

    /// <summary>Which change breaks, from 1; 0 for none.</summary>
    public int At { get; set; }

    /// <summary>The change takes effect and only its answer is lost.</summary>
    public bool AfterEffect { get; set; }

    /// <summary>Changes so far.</summary>
    public int Count => _changes;

    public T Change<T>(Func<T> change)
    {
        var breaks = ++_changes == At;
        if (breaks && !AfterEffect)
            throw Broken();
        var result = change();
        return breaks ? throw Broken() : result;
    }

    public void Clear() => (_changes, At) = (0, 0);

    private static SourceException Broken() => new("The connection broke.", "A test wants it so.", "Run the command again.");
}
