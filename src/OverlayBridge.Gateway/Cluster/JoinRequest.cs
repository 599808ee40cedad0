using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Cluster;

/// <summary>Asks the nodes of a cluster to add this one, until it is a member. Its operator wished so; nobody else needs to do anything.</summary>
public sealed partial class JoinRequest(IClusterNode node, GatewayOptions options, ImmutableArray<IPEndPoint> nodes, ILogger<JoinRequest> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The cluster's leader sends everything it has before it answers.</summary>
    private static readonly TimeSpan AddTime = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan AskTime = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For a node with an empty disk, before its Raft is opened: a cluster that still counts on it must not. It has forgotten what it voted for
    /// and acknowledged, and comes back as a new member.
    /// </summary>
    /// <exception cref="StoreStartException">A node answers, but the cluster could not let it go.</exception>
    public static async Task LeaveFirstAsync(IPEndPoint own, ImmutableArray<IPEndPoint> nodes, NodeAccess access, CancellationToken cancellationToken)
    {
        using var http = access.Client(AskTime, AskTime);
        foreach (var address in nodes)
        {
            try
            {
                using var question = access.Request(HttpMethod.Get, Uri(access, address, ClusterEndpoint.Path));
                using var reply = await http.SendAsync(question, cancellationToken).ConfigureAwait(false);
                if (reply.StatusCode == HttpStatusCode.Forbidden)
                    throw new StoreStartException(
                        $"{address} does not take this node for one of the cluster.", await reply.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false),
                        "Give the file that the other control nodes have with --token-file, too.");
                var view = await reply.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(cancellationToken).ConfigureAwait(false);
                if (!view.GetProperty("Members").EnumerateArray().Any(member => member.GetProperty("RaftAddress").GetString() == $"{own}"))
                    return;
                using var removal = access.Request(HttpMethod.Put, Uri(access, address, $"{ClusterEndpoint.RemovePath}?address={System.Uri.EscapeDataString($"{own}")}"));
                using var answer = await http.SendAsync(removal, cancellationToken).ConfigureAwait(false);
                if (!answer.IsSuccessStatusCode)
                    throw new StoreStartException(
                        $"This node's data folder is empty, but its cluster still counts on {own}.",
                        await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false),
                        "Bring the other nodes back first, or bring this node's data folder back.");
                return;
            }
            catch (Exception e) when (e is HttpRequestException or JsonException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // Not this one, then: the next is asked, and later, while it waits to be added, all of them again.
                continue;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var http = options.Nodes.Client(AddTime, AddTime);
        for (var turn = 0; !node.Members.Any(member => member.Address.Equals(node.Address)); turn++)
        {
            var address = nodes[turn % nodes.Length];
            if (await AskAsync(http, address, stoppingToken).ConfigureAwait(false) is { } refusal)
                LogRefused(logger, address, refusal);
            await Task.Delay(Pause, stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>Null when it was added; it hears of that by Raft.</summary>
    private async Task<string?> AskAsync(HttpClient http, IPEndPoint address, CancellationToken cancellationToken)
    {
        try
        {
            using var message = options.Nodes.Request(
                HttpMethod.Put, Uri(options.Nodes, address, $"{ClusterEndpoint.AddPath}?address={System.Uri.EscapeDataString($"{node.Address}")}&empty"));
            using var answer = await http.SendAsync(message, cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? null : await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return e.Message;
        }
    }

    private static Uri Uri(NodeAccess access, IPEndPoint node, string target) => new($"{access.Scheme}://{node}{target}");

    [LoggerMessage(Level = LogLevel.Warning, Message = "This node is not added yet; {Node} says: {Reason}")]
    private static partial void LogRefused(ILogger logger, IPEndPoint node, string reason);
}
