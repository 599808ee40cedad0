using System.Collections.Concurrent;
using System.Diagnostics;
using OverlayBridge.Histories;

namespace OverlayBridge.ClusterTests.Chaos;

/// <summary>The history of one round, written by all its clients by one clock.</summary>
internal sealed class Recorder
{
    private readonly ConcurrentQueue<Operation> _operations = [];
    private readonly ConcurrentQueue<string> _faults = [];
    private int _notDone;

    public IReadOnlyCollection<Operation> Operations => _operations;

    /// <summary>What is wrong whatever the order was.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>Requests of which the node itself said that nothing was done, or that never reached it.</summary>
    public int NotDone => _notDone;

    public int Unknown => _operations.Count(operation => operation.Answer is null);

    public static long Now => Stopwatch.GetTimestamp();

    /// <param name="answer">What the reply says, if it was answered.</param>
    /// <returns>Whether it was answered.</returns>
    public bool Add(string key, long invoked, Request request, Reply reply, Func<Answer> answer)
    {
        switch (reply.Fate)
        {
            case Fate.Answered:
                _operations.Enqueue(new Operation(key, invoked, Now, request, answer()));
                return true;
            case Fate.Unknown when request is not Get:
                _operations.Enqueue(new Operation(key, invoked, Operation.Never, request, null));
                return false;
            default:
                // A write that is said not to have happened is in no history: should a read show it, no order explains that read.
                Interlocked.Increment(ref _notDone);
                return false;
        }
    }

    public void Fault(string what) => _faults.Enqueue(what);
}
