using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Cluster;

/// <summary>
/// Looks, before a node with an empty folder becomes one of the first members, whether it has been one before. It would vote with a log that
/// has forgotten what it acknowledged; and two of three such nodes would be a majority, a second cluster beside the first one's remains.
/// </summary>
public static class FirstStart
{
    /// <summary>On a first start nobody answers mostly: it is not to take long to find out.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <param name="own">This node's Raft address.</param>
    /// <param name="members">Raft addresses of the first members, this one included.</param>
    /// <param name="http">Where this node's HTTP is reached. The others' is looked for at the same port, as nothing says where it is.</param>
    /// <exception cref="StoreStartException">One of them answers, and its cluster knows this node already or counts it no longer.</exception>
    public static async Task RefuseReturnAsync(
        IPEndPoint own, ImmutableArray<IPEndPoint> members, IPEndPoint http, NodeAccess access, CancellationToken cancellationToken)
    {
        using var client = access.Client(Patience, Patience);
        var others = members.Where(member => !member.Equals(own)).Select(member => new IPEndPoint(member.Address, http.Port)).Where(other => !other.Equals(http)).Distinct();
        var answers = await Task.WhenAll(others.Select(async other => (Node: other, View: await ViewAsync(client, access, other, cancellationToken).ConfigureAwait(false)))).ConfigureAwait(false);
        foreach (var (node, view) in answers)
            if (view is { } found && Objection(found, $"{own}") is { } objection)
                throw new StoreStartException(
                    "This node's data folder is empty, but its cluster has begun already.",
                    $"{node} {objection}.",
                    $"Start it with --join {node} instead of --bootstrap. If all is to begin anew, stop all nodes and empty their folders, too.");
    }

    private static string? Objection(JsonElement view, string own)
    {
        var members = view.GetProperty("Members").EnumerateArray().ToList();
        if (members.Count == 0)
            return null; // it waits itself
        var seen = members.Where(member => member.GetProperty("RaftAddress").GetString() == own).Select(member => member.GetProperty("HttpAddress").GetString()).FirstOrDefault();
        return seen switch
        {
            null => $"does not count {own} among its members",
            "" => null, // it is expected, and has not been there yet
            _ => $"knows {own} from before, with what it has acknowledged and voted for",
        };
    }

    /// <summary>Null when it does not answer, or not as a control node does.</summary>
    private static async Task<JsonElement?> ViewAsync(HttpClient client, NodeAccess access, IPEndPoint node, CancellationToken cancellationToken)
    {
        try
        {
            using var question = access.Request(HttpMethod.Get, new Uri($"{access.Scheme}://{node}{ClusterEndpoint.Path}"));
            using var answer = await client.SendAsync(question, cancellationToken).ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.Forbidden)
                throw new StoreStartException(
                    $"{node} does not take this node for one of the cluster.", await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false),
                    "Give the file that the other control nodes have with --token-file, too.");
            var view = answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken).ConfigureAwait(false) : default;
            return view.ValueKind == JsonValueKind.Object && view.TryGetProperty("Members", out _) ? view : null;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
