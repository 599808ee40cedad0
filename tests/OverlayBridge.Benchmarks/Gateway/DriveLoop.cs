using System.Diagnostics;

namespace OverlayBridge.Benchmarks.Gateway;

/// <summary>
/// One thread that drives all connections: each sends its next request when the last one is answered. Two calls into the kernel for a request, which is the least that
/// a client can do with: its processor time is taken from the servers', which share the cores with it.
/// </summary>
internal sealed class DriveLoop : IDisposable
{
    private readonly LoadJob _job;
    private readonly HttpConnection[] _connections;
    private readonly Requests[] _requests;
    private readonly Random[] _randoms;
    private readonly long[] _sent;
    private readonly Readiness _readiness = new();
    private readonly List<double> _samples = [];
    private int _underWay;

    public DriveLoop(LoadJob job, HttpConnection[] connections)
    {
        (_job, _connections, _sent) = (job, connections, new long[connections.Length]);
        _requests = [.. connections.Select(_ => job.Kind == LoadKind.Write ? Requests.Write(job.Query) : Requests.Read(job.Query))];
        _randoms = [.. connections.Select(static (_, number) => new Random(number))];
    }

    public long Answered { get; private set; }

    /// <returns>Milliseconds of those that were both sent and answered between the two times.</returns>
    public List<double> Run(long begin, long end)
    {
        for (int i = 0; i < _connections.Length; i++)
        {
            _readiness.Add(_connections[i].Descriptor, i);
            Send(i, Stopwatch.GetTimestamp());
        }
        while (_underWay > 0)
            foreach (int number in _readiness.Wait())
                Receive(number, begin, end);
        return _samples;
    }

    public void Dispose() => _readiness.Dispose();

    private void Send(int number, long now)
    {
        _connections[number].Begin();
        Readiness.Send(_connections[number].Descriptor, _requests[number].For(_randoms[number].Next(_job.Keys), _randoms[number].Next()).Span);
        _sent[number] = now;
        _underWay++;
    }

    private void Receive(int number, long begin, long end)
    {
        var connection = _connections[number];
        if (!connection.Took(Readiness.Receive(connection.Descriptor, connection.Room().Span)))
            return;
        if (_job.Kind == LoadKind.Write && !connection.Body.StartsWith("true"u8))
            throw new InvalidOperationException("A write was refused.");
        long received = Stopwatch.GetTimestamp(), sent = _sent[number];
        if (sent >= begin && received <= end)
            _samples.Add(Stopwatch.GetElapsedTime(sent, received).TotalMilliseconds);
        Answered++;
        _underWay--;
        if (received < end)
            Send(number, received);
    }
}
