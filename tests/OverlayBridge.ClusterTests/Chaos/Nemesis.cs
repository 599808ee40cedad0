using System.Collections.Immutable;

namespace OverlayBridge.ClusterTests.Chaos;

/// <summary>What befalls a cluster in a round.</summary>
/// <param name="Strike">Done to the leader and the others, who are in random order.</param>
internal sealed record Nemesis(string Name, Func<ControlNode, IReadOnlyList<ControlNode>, CancellationToken, Task> Strike)
{
    /// <summary>All, those first that a short run must have.</summary>
    public static ImmutableArray<Nemesis> All { get; } =
    [
        new("all nodes are killed at once", (leader, others, _) => Task.WhenAll(others.Append(leader).Select(node => node.KillAsync()))),
        new("the leader stands still", (leader, _, _) => Sync(leader.Pause)),
        new("the leader is cut off", async (leader, others, cancel) =>
        {
            await HearsNobodyAsync(leader, others, cancel);
            await IsHeardByNobodyAsync(leader, others, cancel);
        }),
        new("the leader is heard but hears nobody", HearsNobodyAsync),
        new("the leader is killed", (leader, _, _) => leader.KillAsync()),
        new("the leader hears but is heard by nobody", IsHeardByNobodyAsync),
        new("a follower stands still and another is killed", async (_, others, _) =>
        {
            others[0].Pause();
            await others[1].KillAsync();
        }),
        new("a follower is killed", (_, others, _) => others[0].KillAsync()),
        new("a follower hears but is heard by nobody", (leader, others, cancel) => IsHeardByNobodyAsync(others[0], others.Append(leader), cancel)),
        new("a follower is heard but hears nobody", (leader, others, cancel) => HearsNobodyAsync(others[0], others.Append(leader), cancel)),
        new("the leader and a follower do not reach each other", async (leader, others, cancel) =>
        {
            await Links.CutAsync(leader.Machine, others[0].Machine, cancel);
            await Links.CutAsync(others[0].Machine, leader.Machine, cancel);
        }),
        new("nobody reaches anybody", async (leader, others, cancel) =>
        {
            foreach (var node in others.Append(leader))
                await HearsNobodyAsync(node, others.Append(leader), cancel);
        }),
        new("all stand still", (leader, others, _) => Sync(() =>
        {
            foreach (var node in others.Append(leader))
                node.Pause();
        })),
    ];

    private static Task Sync(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private static async Task HearsNobodyAsync(ControlNode node, IEnumerable<ControlNode> others, CancellationToken cancellationToken)
    {
        foreach (var other in others.Where(other => other != node))
            await Links.CutAsync(other.Machine, node.Machine, cancellationToken);
    }

    private static async Task IsHeardByNobodyAsync(ControlNode node, IEnumerable<ControlNode> others, CancellationToken cancellationToken)
    {
        foreach (var other in others.Where(other => other != node))
            await Links.CutAsync(node.Machine, other.Machine, cancellationToken);
    }
}
