namespace OverlayBridge.Lab.Processes;

/// <summary>A process known by its marker (see <see cref="ProcFs"/>) and by its id inside its node.</summary>
internal sealed class MarkedProcess(string marker, Func<int?> innerPid)
{
    private int? _pid; // to look at one process, not at all, each time

    public string Marker => marker;

    /// <summary>Its id on this machine, or null when it does not run.</summary>
    public int? Pid
    {
        get
        {
            if (innerPid() is not { } inner)
                return _pid = null;
            // Ids come again: the one that is known may be a child of the process by now, which inherits the marker.
            if (_pid is { } known && ProcFs.Holds(known, marker, inner))
                return known;
            return _pid = ProcFs.FindNested(marker, inner);
        }
    }
}
