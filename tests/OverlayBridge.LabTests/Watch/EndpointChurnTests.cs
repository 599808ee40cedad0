using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using OverlayBridge.Lab.Engines;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.LabTests.Watch;

/// <summary>Five hundred endpoints of swarm hosts that come, go and move at random, as a legacy host's kernel has them.</summary>
/// <remarks>The hosts are records in the store, which is all that an agent knows of another host; agent, store, kernel and engine are real.</remarks>
public sealed class EndpointChurnTests(AgentLab agents) : IClassFixture<AgentLab>
{
    private const string SeedVariable = "OVERLAYBRIDGE_ENDPOINT_SEED";

    private const int Endpoints = 500;
    private const int ChangesOfARound = 150;
    private const int Hosts = 4;
    private const int Writers = 8;

    private static readonly IPNetwork Subnet = IPNetwork.Parse("10.59.0.0/20");

    private readonly Dictionary<int, Place> there = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = LabTimeout.Test)]
    public async Task Endpoints_that_come_go_and_move_are_in_the_kernel_as_in_the_store_whatever_was_killed_meanwhile()
    {
        var random = Seeded();
        await using var pair = await ExposedPair.CreateAsync(agents, Subnet);
        var legacy = await pair.RunAsync(agents.Legacy);
        var swarm = await pair.RunAsync(agents.Swarm);
        await pair.ExposeAsync(ExposureState.Active);
        for (var host = 0; host < Hosts; host++)
            await agents.PutAsync(BridgeKeys.Host(Name(host)), new HostRecord(
                Name(host), $"engine-{host}", "29.0.0", Vtep(host), new HostSwarm($"node-{host}", "active", false), HostState.Up, EngineState.Up, DateTimeOffset.UnixEpoch, "1.0.0"));
        try
        {
            await WriteAsync(pair, [.. Enumerable.Range(0, Endpoints).Select(endpoint => new Change(endpoint, null, new Place(random.Next(Hosts), random.Next())))]);
            await UntilAsStoredAsync(pair, swarm, "500 endpoints");

            await WriteAsync(pair, Some(random));
            await UntilAsStoredAsync(pair, swarm, "150 changes");

            await agents.KillAgentAsync(agents.Legacy);
            await WriteAsync(pair, Some(random));
            Assert.Equal(swarm.Name, await legacy.AskAsync($"{await pair.AddressAsync(swarm)}", Cancel));
            await agents.StartAgentAsync(agents.Legacy);
            await UntilAsStoredAsync(pair, swarm, "150 changes while the agent was dead");

            var writing = WriteAsync(pair, Some(random));
            await agents.KillAgentAsync(agents.Legacy);
            await agents.StartAgentAsync(agents.Legacy);
            await writing;
            await UntilAsStoredAsync(pair, swarm, "150 changes while the agent was killed");

            await WriteAsync(pair, Some(random));
            await agents.KillControlAsync();
            await agents.StartControlAsync();
            await UntilAsStoredAsync(pair, swarm, "150 changes and a control node killed after them");

            await pair.ExposeAsync(ExposureState.Retracting);
            await pair.UntilStitchedAsync(agents.Legacy);
        }
        finally
        {
            await RemoveAsync(pair);
        }
    }

    private static Random Seeded()
    {
        var seed = Environment.GetEnvironmentVariable(SeedVariable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"{SeedVariable}={seed}");
        return new Random(seed);
    }

    /// <summary>Comings, goings, moves to another host, and addresses that are given to another MAC on the same one.</summary>
    private List<Change> Some(Random random) =>
    [
        .. Enumerable.Range(0, Endpoints).OrderBy(_ => random.Next()).Take(ChangesOfARound).Select(endpoint => there.GetValueOrDefault(endpoint) switch
        {
            null => new Change(endpoint, null, new Place(random.Next(Hosts), random.Next())),
            var before when random.Next(3) == 0 => new Change(endpoint, before, null),
            var before when random.Next(2) == 0 => new Change(endpoint, before, before with { Serial = random.Next() }),
            var before => new Change(endpoint, before, new Place((before.Host + 1 + random.Next(Hosts - 1)) % Hosts, before.Serial)),
        }),
    ];

    /// <summary>As an agent writes: what is gone first, and each record for itself.</summary>
    private async Task WriteAsync(ExposedPair pair, IReadOnlyList<Change> changes)
    {
        await Parallel.ForEachAsync(changes, new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = Cancel }, async (change, _) =>
        {
            if (change.Before is { } before && before.Host != change.After?.Host)
                await agents.DeleteAsync(Key(pair, change.Endpoint, before));
            if (change.After is { } after)
                await agents.PutAsync(Key(pair, change.Endpoint, after), new AttachmentRecord(
                    pair.SwarmId, pair.Name, $"e{change.Endpoint}", $"c{change.Endpoint}", $"box-{change.Endpoint}",
                    InterfaceAddress.Parse($"{Address(change.Endpoint)}/20"), Mac(change.Endpoint, after), []));
        });
        foreach (var change in changes)
            if (change.After is { } after)
                there[change.Endpoint] = after;
            else
                there.Remove(change.Endpoint);
    }

    private async Task UntilAsStoredAsync(ExposedPair pair, LabContainer swarm, string what)
    {
        var vni = await pair.SwarmVniAsync();
        string[] wanted =
        [
            .. there.SelectMany(endpoint => new[]
            {
                $"{Address(endpoint.Key)} {Mac(endpoint.Key, endpoint.Value)}",
                $"{Mac(endpoint.Key, endpoint.Value)} via {Vtep(endpoint.Value.Host)} vni {vni}",
            }).Concat(await pair.EntriesForAsync(swarm)).Order(),
        ];
        await AgentLab.UntilAsync(what, async () => (await pair.EntriesAsync(agents.Legacy)).SequenceEqual(wanted));
    }

    private async Task RemoveAsync(ExposedPair pair)
    {
        await WriteAsync(pair, [.. there.ToList().Select(endpoint => new Change(endpoint.Key, endpoint.Value, null))]);
        for (var host = 0; host < Hosts; host++)
            await agents.DeleteAsync(BridgeKeys.Host(Name(host)));
    }

    private static string Key(ExposedPair pair, int endpoint, Place at) => BridgeKeys.Attachment(Name(at.Host), pair.SwarmId, $"e{endpoint}");

    private static string Name(int host) => $"many-{host}";

    private static IPAddress Vtep(int host) => new([172, 31, 9, (byte)(host + 1)]);

    /// <summary>Above the engines' own.</summary>
    private static IPAddress Address(int endpoint) => new([10, 59, (byte)(4 + endpoint / 250), (byte)(1 + endpoint % 250)]);

    private static PhysicalAddress Mac(int endpoint, Place at) => new([2, (byte)(at.Serial >> 16), (byte)(at.Serial >> 8), (byte)at.Serial, (byte)(endpoint >> 8), (byte)endpoint]);

    /// <param name="Serial">Another one stands for another MAC.</param>
    private sealed record Place(int Host, int Serial);

    private sealed record Change(int Endpoint, Place? Before, Place? After);
}
