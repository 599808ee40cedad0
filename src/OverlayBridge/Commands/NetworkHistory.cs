using System.CommandLine;
using OverlayBridge.Commands.Network;
using OverlayBridge.Legacy.Keys;
using OverlayBridge.Legacy.Records;
using OverlayBridge.Legacy.Records.Networks;
using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Histories;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands;

/// <summary>Finds out which keys are a network's, from the networks that there are and those that the history remembers.</summary>
internal static class NetworkHistory
{
    private const string Networks = "network/v1.0/network/";

    /// <summary>More changes to records of networks than this are not looked through.</summary>
    private const int MaxChanges = 100_000;

    /// <exception cref="OperatorException">No network is or was called so.</exception>
    public static async Task<NetworkScope> ScopeAsync(BridgeOption bridge, ParseResult parse, HistoryClient history, string network, CancellationToken token)
    {
        var root = bridge.Uri(parse).DefaultPrefix;
        using var store = bridge.Connect(parse);
        var present = (await store.ListAsync(root + Networks, new ReadOptions(Consistency.Default), token).ConfigureAwait(false)).Value;
        var former = (await history.ReadAsync(new HistoryRequest([root + Networks], [], null), MaxChanges, token).ConfigureAwait(false)).Changes;
        var entries = present.Concat(former.SelectMany(static change => new[] { change.Before?.Entry(change.Key!), change.After?.Entry(change.Key!) }).OfType<KeyValueEntry>());
        List<NetworkRecord> known = [.. entries.Select(Read).OfType<NetworkRecord>()];
        return NetworkScope.Of(known, root[..^StateUri.LegacyRoot.Length], network) ?? throw new OperatorException(
            $"{history.Name} knows no network '{network}'.", "None has this name or id, and the history remembers none that had it.",
            "See 'overlaybridge network ls' for those there are.");
    }

    /// <summary>Null for what is no network, or cannot be read: 'audit' says why.</summary>
    private static NetworkRecord? Read(KeyValueEntry entry)
    {
        if (LegacyKey.Parse(entry.Key) is not NetworkKey)
            return null;
        try
        {
            return RecordFormats.Network.Decode(entry);
        }
        catch (RecordFormatException)
        {
            return null;
        }
    }
}
