using System.Text.Json.Serialization;

namespace OverlayBridge.Benchmarks.Gateway;

internal enum LoadKind
{
    /// <summary>Every key once, by transactions.</summary>
    Fill,

    /// <summary>Keys at random get a new value each.</summary>
    Write,

    /// <summary>Keys at random are read.</summary>
    Read,

    /// <summary>Blocking queries on one prefix, and a write under it, some times over.</summary>
    Watch,
}

/// <summary>What the load generator is to do; a process of its own, so that its processor time is known and is not the servers'.</summary>
/// <param name="Targets">HTTP addresses: connections go to them by turns. The first gets the writes of <see cref="LoadKind.Watch"/>.</param>
/// <param name="Keys">How many keys there are.</param>
/// <param name="Query">Of the request target, with its question mark; or empty.</param>
/// <param name="Times">How often there is news (<see cref="LoadKind.Watch"/>).</param>
internal sealed record LoadJob(LoadKind Kind, string[] Targets, int Connections, int Keys, string Query = "", double WarmUpSeconds = 0, double Seconds = 0, int Times = 0);

/// <summary>What came of it.</summary>
/// <param name="Requests">All that were answered, those of the warm-up included.</param>
/// <param name="PerSecond">While it was measured.</param>
/// <param name="P50">Milliseconds, as all times here.</param>
/// <param name="ClientCpu">Processor time of the load generator.</param>
internal sealed record LoadResult(long Requests, double PerSecond, double P50, double P99, double Max, double ClientCpu)
{
    /// <summary>Processor time of all three servers, as the one who started the load saw it.</summary>
    public double ServerCpu { get; init; }
}

[JsonSerializable(typeof(LoadJob))]
[JsonSerializable(typeof(LoadResult))]
internal sealed partial class LoadJson : JsonSerializerContext;
