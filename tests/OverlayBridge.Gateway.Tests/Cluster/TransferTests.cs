using System.Collections.Immutable;
using System.Net;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Store;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Gateway.Tests.Cluster;

/// <summary>What a leader says that was to hand over, when members are lost meanwhile.</summary>
public sealed class TransferTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly IClusterNode _node = DispatchProxy.Create<IClusterNode, Leader>();
    private readonly ClusterLink _link;

    public TransferTests() => _link = new ClusterLink(_node, new GatewayOptions("1.2.3", "n1"), _time, NullLogger<ClusterLink>.Instance);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _link.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(9)]
    public async Task The_answer_says_that_the_leadership_was_given_up_only_if_it_was(int looksUntilTheLastMemberIsLost)
    {
        var leader = (Leader)(object)_node;
        leader.LooksLeft = looksUntilTheLastMemberIsLost;
        var transfer = new TransferEndpoint(_node, new HandOver(_node, _link, _time)).PutAsync(
            new GatewayRequest(new DefaultHttpContext().Request, TransferEndpoint.Path, StoreKey.FromText(""), QueryParameters.Parse("")!, null!, Token));
        while (!transfer.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Token);
        }
        var said = transfer.IsFaulted
            ? Encoding.UTF8.GetString(Assert.IsType<RefusedException>(transfer.Exception.InnerException).Answer.Body.Span)
            : Encoding.UTF8.GetString((await transfer).Body.Span);
        Assert.StartsWith(
            leader.HasResigned ? "The leadership was given up, but no other node leads" : "No other member can be reached", said, StringComparison.Ordinal);
    }

    /// <summary>A leader of two, which sees the other one for some looks only.</summary>
    public class Leader : DispatchProxy
    {
        private static readonly IPEndPoint Own = new(IPAddress.Loopback, 1);
        private static readonly IPEndPoint Other = new(IPAddress.Loopback, 2);

        public int LooksLeft { get; set; }

        public bool HasResigned { get; private set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            $"get_{nameof(IClusterNode.Address)}" => Own,
            $"get_{nameof(IClusterNode.IsLeader)}" => !HasResigned,
            $"get_{nameof(IClusterNode.Members)}" =>
                ImmutableArray.Create(new MemberStatus(Own, !HasResigned, true), new MemberStatus(Other, false, LooksLeft-- > 0)),
            $"get_{nameof(IKeyValueStore.Status)}" =>
                new StoreStatus(!HasResigned, HasResigned ? null : Own, Own, [Own, Other], !HasResigned, null, 1, 0, 0, 1, 0, StoreMode.Own),
            nameof(IClusterNode.StandBackAsync) => Task.CompletedTask,
            nameof(IClusterNode.ResignAsync) => Resign(),
            nameof(IKeyValueStore.ReadPrefixAsync) => Task.FromResult(new Reading<IEnumerable<StoreEntry>>([], 1, true, TimeSpan.Zero)),
            var other => throw new NotSupportedException(other),
        };

        private Task Resign()
        {
            HasResigned = true;
            return Task.CompletedTask;
        }
    }
}
