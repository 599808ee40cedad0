using System.Collections.Immutable;
using System.CommandLine;
using OverlayBridge.Commands.Network;
using OverlayBridge.Reports.Clusters;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Commands.Cluster;

/// <summary>Asks one node for the members, and each member how it is.</summary>
internal static class ClusterReading
{
    /// <summary>So long a member has to answer; one that does not is shown as away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static async Task<ClusterDocument> ReadAsync(BridgeOption bridge, ParseResult parse, bool live, CancellationToken token)
    {
        using var client = bridge.ConnectCluster(parse);
        var view = await client.ViewAsync(token).ConfigureAwait(false);
        var answers = live
            ? await Task.WhenAll(view.Members.Select(member => AskAsync(member, parse, token))).ConfigureAwait(false)
            : [.. view.Members.Select(static _ => new Answer(null, ""))];
        return Document(client.Name, view, answers, live);
    }

    /// <summary>A pure function of what was read.</summary>
    /// <param name="answers">Of each member in the order of the view.</param>
    public static ClusterDocument Document(string source, ClusterView view, IReadOnlyList<Answer> answers, bool live)
    {
        var leader = live ? Leader(view, answers) : view.Leader;
        ImmutableArray<ClusterNode> nodes =
        [
            .. view.Members.Zip(answers, (member, answer) => new ClusterNode(
                member.NodeName, member.RaftAddress, member.HttpAddress, answer.View?.Version ?? member.Version,
                live && answer.View is null ? "away" : member.RaftAddress == leader ? "leader" : "follower",
                answer.View?.RaftIndex, answer.View?.Keys, answer.View?.BlockingQueries,
                answer.View?.Problem ?? answer.Failure)),
        ];
        var standing = nodes.Count(static node => node.Role != "away");
        var state = !live ? ClusterDocument.Unknown
            : leader.Length == 0 ? ClusterDocument.Leaderless
            : nodes.All(static node => node.Problem.Length == 0) ? ClusterDocument.Healthy
            : ClusterDocument.Degraded;
        return new ClusterDocument(ClusterDocument.CurrentFormatVersion, source, state, leader, standing - (nodes.Length / 2 + 1), nodes);
    }

    /// <summary>What a leader says of itself counts more than what another node believes of one that may be gone.</summary>
    private static string Leader(ClusterView view, IReadOnlyList<Answer> answers) =>
        answers.Select(static answer => answer.View).FirstOrDefault(static node => node is not null && node.Leader == node.RaftAddress)?.Leader
        ?? answers.Select(static answer => answer.View?.Leader).FirstOrDefault(known => known?.Length > 0 && IsStanding(view, answers, known)) ?? "";

    private static bool IsStanding(ClusterView view, IReadOnlyList<Answer> answers, string raftAddress) =>
        view.Members.Zip(answers).Any(pair => pair.First.RaftAddress == raftAddress && pair.Second.View is not null);

    private static async Task<Answer> AskAsync(ClusterMember member, ParseResult parse, CancellationToken token)
    {
        if (member.HttpAddress.Length == 0)
            return new Answer(null, "it has not told yet where its HTTP is reached");
        try
        {
            var options = StateArgument.Options(parse);
            using var client = SourceFactory.ConnectCluster(StateUri.Parse($"bridge://{member.HttpAddress}"), options, Patience);
            return new Answer(await client.ViewAsync(token).ConfigureAwait(false), "");
        }
        catch (SourceException e)
        {
            return new Answer(null, $"it does not answer ({e.Cause})");
        }
    }

    /// <param name="View">Null when there was no answer.</param>
    internal sealed record Answer(ClusterView? View, string Failure);
}
