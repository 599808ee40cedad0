using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Cluster;

/// <summary>Asks the nodes of a cluster to add this one, until it is a member. Its operator wished so; nobody else needs to do anything.</summary>
public sealed partial class JoinRequest(IClusterNode node, ImmutableArray<IPEndPoint> nodes, ILogger<JoinRequest> logger) : BackgroundService
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
    public static async Task LeaveFirstAsync(IPEndPoint own, ImmutableArray<IPEndPoint> nodes, CancellationToken cancellationToken)
    {
        using var http = Client(AskTime);
        foreach (var address in nodes)
        {
            try
            {
                var view = await http.GetFromJsonAsync<JsonElement>(Uri(address, ClusterEndpoint.Path), cancellationToken).ConfigureAwait(false);
                if (!view.GetProperty("Members").EnumerateArray().Any(member => member.GetProperty("RaftAddress").GetString() == $"{own}"))
                    return;
                using var answer = await http
                    .PutAsync(Uri(address, $"{ClusterEndpoint.RemovePath}?address={System.Uri.EscapeDataString($"{own}")}"), null, cancellationToken).ConfigureAwait(false);
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
        using var http = Client(AddTime);
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
            using var answer = await http
                .PutAsync(Uri(address, $"{ClusterEndpoint.AddPath}?address={System.Uri.EscapeDataString($"{node.Address}")}&empty"), null, cancellationToken)
                .ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? null : await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return e.Message;
        }
    }

    private static HttpClient Client(TimeSpan timeout) => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = timeout };

    private static Uri Uri(IPEndPoint node, string target) => new($"http://{node}{target}");

    [LoggerMessage(Level = LogLevel.Warning, Message = "This node is not added yet; {Node} says: {Reason}")]
    private static partial void LogRefused(ILogger logger, IPEndPoint node, string reason);
}
