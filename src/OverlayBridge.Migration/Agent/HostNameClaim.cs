using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent;

/// <summary>Looks by the heartbeats whether another agent works under the name of this one's host.</summary>
internal sealed class HostNameClaim(IConsulClient store, AgentOptions options)
{
    /// <param name="Agent">Its id; empty of an earlier version.</param>
    /// <param name="Index">Changes with each heartbeat.</param>
    internal sealed record Sighting(string Agent, ulong Index);

    /// <summary>The last heartbeat of this host, whosever it is; null when there is none.</summary>
    /// <exception cref="SourceException">The store does not answer.</exception>
    public async Task<Sighting?> LookAsync(CancellationToken token)
    {
        var own = await ReadAsync(BridgeKeys.Heartbeat(options.HostName), token);
        var former = await ReadAsync(BridgeKeys.FormerHeartbeat(options.HostName), token);
        return former is null || own?.Index > former.Index ? own : former;
    }

    /// <summary>
    /// Looks once more after this agent has written its own. Where two have begun at the same moment, the one with the higher id gives way;
    /// the other goes on, and writes over it.
    /// </summary>
    /// <exception cref="HostNameTakenException">Another agent has written since, and this one gives way.</exception>
    /// <exception cref="SourceException">The store does not answer.</exception>
    public async Task CheckAsync(CancellationToken token)
    {
        if (await LookAsync(token) is { Agent: { Length: > 0 } other } && string.CompareOrdinal(options.AgentId, other) > 0)
            throw await TakenAsync(token);
    }

    /// <summary>Says who the other one is.</summary>
    public async Task<HostNameTakenException> TakenAsync(CancellationToken token)
    {
        var (entry, _) = await store.GetAsync(BridgeKeys.Host(options.HostName), new ReadOptions(Consistency.Default), token);
        return new(options.HostName, $"Its heartbeats arrive in the store.{(entry is null ? "" : Describe(entry))} Each of the two would take the other's records away.");
    }

    private async Task<Sighting?> ReadAsync(string key, CancellationToken token)
    {
        var (entry, _) = await store.GetAsync(key, new ReadOptions(Consistency.Default), token);
        if (entry is null)
            return null;
        try
        {
            return new Sighting(BridgeRecords.Decode<HeartbeatRecord>(key, entry.Value.AsSpan()).Agent, entry.ModifyIndex);
        }
        catch (BridgeRecordException)
        {
            // Of a later version: somebody's all the same.
            return new Sighting("", entry.ModifyIndex);
        }
    }

    private static string Describe(KeyValueEntry entry)
    {
        try
        {
            var host = BridgeRecords.Decode<HostRecord>(entry.Key, entry.Value.AsSpan());
            return $" It is reached at {host.Vtep}{(host.EngineId.Length > 0 ? $" and watches engine {host.EngineId}" : "")}.";
        }
        catch (BridgeRecordException)
        {
            return "";
        }
    }
}
