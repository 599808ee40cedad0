using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization;
using OverlayBridge.Overlay.Retirement;

namespace OverlayBridge.Engines.Facts;

/// <summary>Asks engines what is left of the bridge on them. An engine that cannot be asked is an error: it must never look like a clean one.</summary>
public sealed class RetiredEngineReader(IEnumerable<string> engines, EngineFactsOptions options, TimeProvider time)
{
    /// <summary>The label that the bridge gives to containers of its own.</summary>
    public const string HolderLabel = "overlaybridge.holder";

    private const string Overlay = "overlay";
    private const string GatewayBridge = "docker_gwbridge";

    private readonly ImmutableArray<(string Text, Uri Uri)> _engines = [.. engines.Distinct().Select(text => (text, EngineAddress.Parse(text, options.CertificateFolder is not null)))];

    /// <exception cref="EngineException">One of them cannot be reached, does not answer in time, or refuses.</exception>
    public async Task<ImmutableArray<RetiredEngine>> ReadAsync(CancellationToken token)
    {
        var read = new RetiredEngine[_engines.Length];
        await Parallel.ForAsync(0, read.Length, new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = token }, async (at, stopped) =>
        {
            using var http = new EngineHttp(_engines[at].Uri, options, time);
            read[at] = await ReadAsync(_engines[at].Text, http, stopped).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return [.. read];
    }

    private static async Task<RetiredEngine> ReadAsync(string engine, EngineHttp http, CancellationToken token)
    {
        var info = await http.GetAsync("info", "read the engine's state", RetiredJson.Default.RetiredInfo, token).ConfigureAwait(false) ?? throw NoEngine(engine);
        var networks = await http.GetAsync("networks", "list networks", RetiredJson.Default.RetiredNetworkArray, token).ConfigureAwait(false) ?? throw NoEngine(engine);
        var listed = await http.GetAsync("containers/json?all=1", "list containers", RetiredJson.Default.RetiredContainerArray, token).ConfigureAwait(false) ?? throw NoEngine(engine);
        var swarm = networks.Where(static network => network is { Driver: Overlay, Scope: "swarm" }).Select(static network => network.Id).ToHashSet();
        var bridge = networks.FirstOrDefault(static network => network.Name == GatewayBridge)?.IPAM?.Config?.Select(static config => config.Subnet).FirstOrDefault();
        var (stopped, resolvers, running) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<RetiredResolver>(), 0);
        foreach (var container in listed.Where(container => container.NetworkSettings?.Networks?.Values.Any(network => swarm.Contains(network?.NetworkID)) ?? false))
        {
            var inspected = await http.GetAsync($"containers/{Uri.EscapeDataString(container.Id ?? "")}/json", $"inspect container {container.Id}", RetiredJson.Default.RetiredInspect, token).ConfigureAwait(false);
            if (inspected is null)
                continue; // removed since it was listed
            var isRunning = inspected.State?.Status == "running";
            running += isRunning && !IsHolder(container) ? 1 : 0;
            if (!isRunning && inspected.HostConfig?.RestartPolicy?.Name is "always" or "unless-stopped")
                stopped.Add($"{NameOf(container)} ({inspected.State?.Status})");
            if (isRunning && bridge is not null && IPNetwork.TryParse(bridge, out var subnet))
                resolvers.AddRange(Resolvers(NameOf(container), inspected.HostConfig?.Dns ?? [], subnet));
        }
        return new(
            engine, info.Name ?? "", info.ServerVersion ?? "", info.ClusterStore ?? "", info.Swarm?.LocalNodeState ?? "inactive",
            [.. networks.Where(static network => network is { Driver: Overlay, Scope: "global" }).Select(static network => network.Name ?? network.Id ?? "").Order(StringComparer.Ordinal)],
            [.. listed.Where(IsHolder).Select(NameOf).Order(StringComparer.Ordinal)], stopped.ToImmutable(), running, resolvers.ToImmutable());
    }

    private static IEnumerable<RetiredResolver> Resolvers(string container, string[] servers, IPNetwork bridge)
    {
        var there = servers.Where(server => IPAddress.TryParse(server, out var address) && bridge.Contains(address)).ToArray();
        return there.Select(server => new RetiredResolver(container, server, there.Length < servers.Length));
    }

    private static bool IsHolder(RetiredContainer container) => container.Labels?.ContainsKey(HolderLabel) ?? false;

    private static string NameOf(RetiredContainer container) => (container.Names?.FirstOrDefault() ?? container.Id ?? "").TrimStart('/');

    private static EngineException NoEngine(string engine) =>
        new($"Cannot ask the Docker engine at {engine}.", "It answered 404.", "Give the address of a Docker engine from 19.03 on.", 404);
}

internal sealed record RetiredInfo(string? Name, string? ServerVersion, string? ClusterStore, RetiredSwarm? Swarm);

internal sealed record RetiredSwarm(string? LocalNodeState);

internal sealed record RetiredNetwork(string? Id, string? Name, string? Driver, string? Scope, RetiredIpam? IPAM);

internal sealed record RetiredIpam(RetiredSubnet[]? Config);

internal sealed record RetiredSubnet(string? Subnet);

internal sealed record RetiredContainer(string? Id, string[]? Names, Dictionary<string, string>? Labels, RetiredAttachments? NetworkSettings);

internal sealed record RetiredAttachments(Dictionary<string, RetiredAttachment?>? Networks);

internal sealed record RetiredAttachment(string? NetworkID);

internal sealed record RetiredInspect(RetiredState? State, RetiredHostConfig? HostConfig);

internal sealed record RetiredState(string? Status);

internal sealed record RetiredHostConfig(RetiredPolicy? RestartPolicy, string[]? Dns);

internal sealed record RetiredPolicy(string? Name);

[JsonSerializable(typeof(RetiredInfo))]
[JsonSerializable(typeof(RetiredNetwork[]))]
[JsonSerializable(typeof(RetiredContainer[]))]
[JsonSerializable(typeof(RetiredInspect))]
internal sealed partial class RetiredJson : JsonSerializerContext;
