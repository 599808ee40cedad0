using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;
using OverlayBridge.Compose.Transition;

namespace OverlayBridge.Commands.Compose;

/// <summary>A network and the block of it that swarm gives out, as typed.</summary>
internal sealed record NamedFence(string Network, IPNetwork Block)
{
    public static NamedFence[] Parse(ArgumentResult result)
    {
        var fences = new List<NamedFence>();
        foreach (var text in result.Tokens.Select(static token => token.Value))
            if (text.Split('=') is [{ Length: > 0 } name, var block] && IPNetwork.TryParse(block, out var parsed) && parsed.BaseAddress.AddressFamily == AddressFamily.InterNetwork)
                fences.Add(new(name, parsed));
            else
                result.AddError($"'{text}' is not NAME=CIDR with an IPv4 block, such as appnet=10.60.0.128/25.");
        return [.. fences];
    }

    /// <summary>The facts with the fences that were typed; a network that has one is shared.</summary>
    public static TransitionFacts Apply(IEnumerable<NamedFence> fences, TransitionFacts facts) => fences.Aggregate(facts, static (known, fence) => known with
    {
        Networks = known.Networks.SetItem(
            fence.Network, (known.Networks.GetValueOrDefault(fence.Network) ?? new SharedNetwork(fence.Network, null, null, null, [])) with { Fence = fence.Block }),
    });
}
