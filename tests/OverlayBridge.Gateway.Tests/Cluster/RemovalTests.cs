using System.Collections.Immutable;
using System.Net;
using CsCheck;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Tests.Cluster;

public sealed class RemovalTests
{
    [Fact]
    public void It_is_refused_exactly_when_the_rest_would_have_no_majority() =>
        Gen.Select(Gen.Bool.Array[2, 7], Gen.Int[0, 6]).Sample((reachable, at) =>
        {
            ImmutableArray<MemberStatus> members = [.. reachable.Select((answers, port) => new MemberStatus(Address(port), false, answers))];
            var leaving = Address(at % members.Length);
            var rest = members.Where(member => !member.Address.Equals(leaving)).ToList();
            var keeps = 2 * rest.Count(member => member.IsReachable == true) > rest.Count;
            Assert.Equal(keeps, Removal.Refusal(members, leaving, force: false) is null);
            Assert.Null(Removal.Refusal(members, leaving, force: true));
        });

    [Fact]
    public void The_last_member_cannot_be_removed_by_any_force() =>
        Assert.Contains("only member", Removal.Refusal([new MemberStatus(Address(1), true, true)], Address(1), force: true), StringComparison.Ordinal);

    private static IPEndPoint Address(int port) => new(IPAddress.Loopback, port + 1);
}
