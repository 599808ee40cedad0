using System.Collections.Immutable;

namespace OverlayBridge.Plans.Reading;

/// <summary>The faults of a file as they are found, each with the path of what it is about.</summary>
internal sealed class FaultList
{
    private readonly List<(string Path, PlanFault Fault)> _faults = [];

    public ImmutableArray<PlanFault> All =>
        [.. _faults.Select(static item => item.Fault).Distinct().OrderBy(static fault => fault.At.Line).ThenBy(static fault => fault.At.Column).Take(PlanFileLimits.FaultsMax)];

    public bool IsEmpty => _faults.Count == 0;

    /// <summary>Something is missing that names are given by, so that what refers to it cannot be judged.</summary>
    public bool HidesNames { get; private set; }

    /// <param name="path">Keys and numbers of items with slashes between: <c>hosts/0/vtep</c>.</param>
    /// <param name="hidesNames">See <see cref="HidesNames"/>.</param>
    public void Add(string path, PlanFault fault, bool hidesNames = false)
    {
        HidesNames |= hidesNames;
        if (_faults.Count <= PlanFileLimits.FaultsMax)
            _faults.Add((path, fault));
    }

    /// <summary>Whether a fault is about what the path names, something in it, or something around it.</summary>
    public bool Touches(string path) => _faults.Exists(item => Holds(item.Path, path) || Holds(path, item.Path));

    private static bool Holds(string outer, string inner) =>
        inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || inner[outer.Length] == '/');
}
