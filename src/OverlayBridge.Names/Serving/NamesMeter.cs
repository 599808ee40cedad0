using System.Diagnostics.Metrics;
using OverlayBridge.Names.Answers;

namespace OverlayBridge.Names.Serving;

/// <summary>What a name server counts.</summary>
internal sealed class NamesMeter : IDisposable
{
    public const string MeterName = "OverlayBridge.Names";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _queries;
    private readonly Counter<long> _strangers;
    private readonly Histogram<double> _forwards;

    public NamesMeter()
    {
        _queries = _meter.CreateCounter<long>("overlaybridge.names.queries", "{query}", "Queries, by what became of them");
        _strangers = _meter.CreateCounter<long>("overlaybridge.names.strangers", "{query}", "Queries from addresses that are none of this host's containers; they get no answer");
        _forwards = _meter.CreateHistogram<double>("overlaybridge.names.forward.duration", "s", "Time that other servers took, by whether one answered");
    }

    public void Query(AnswerKind kind, bool byTcp) =>
        _queries.Add(1, new("outcome", Word(kind)), new("transport", byTcp ? "tcp" : "udp"));

    public void Stranger() => _strangers.Add(1);

    public void Forwarded(TimeSpan took, bool answered) => _forwards.Record(took.TotalSeconds, new KeyValuePair<string, object?>("outcome", answered ? "answered" : "silent"));

    public void Dispose() => _meter.Dispose();

    private static string Word(AnswerKind kind) => kind switch
    {
        AnswerKind.Found => "found",
        AnswerKind.Empty => "empty",
        AnswerKind.Unknown => "unknown",
        AnswerKind.Refused => "refused",
        AnswerKind.Failed => "failed",
        AnswerKind.Forward => "forwarded",
        _ => "dropped",
    };
}
