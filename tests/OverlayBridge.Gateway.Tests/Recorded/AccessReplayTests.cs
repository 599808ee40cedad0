using OverlayBridge.Gateway.Access;
using OverlayBridge.Store.Commands;

namespace OverlayBridge.Gateway.Recorded;

/// <summary>What a real Consul 1.8.7 with ACLs answered to the bearers of five kinds of tokens, against the gateway.</summary>
public sealed class AccessReplayTests
{
    private const string RecordedLeader = "127.0.0.1:29531";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The policies that the recording was made with; Consul's own management token is our operator's.</summary>
    private static readonly (string Role, RoleRights Rights, TokenRole Kind)[] Policies =
    [
        ("mgmt", RoleRights.Operator, TokenRole.Operator),
        ("rw", new RoleRights([new("rw/", AccessRight.Write), new("ro/", AccessRight.Read)], AccessRight.Write, AccessRight.None), TokenRole.Engine),
        ("ro", new RoleRights([new("rw/", AccessRight.Read), new("ro/", AccessRight.Read)], AccessRight.Read, AccessRight.None), TokenRole.Reader),
    ];

    [Fact]
    public async Task Every_recorded_exchange_with_tokens_is_answered_as_Consul_did()
    {
        var exchanges = Exchange.ReadAll(TestFiles.Fixture("consul-http/exchanges-acl.txt"));
        await using var gateway = await TestGateway.StartAsync(Token, nodeName: "d");
        foreach (var (role, rights, kind) in Policies)
            await AddAsync(gateway, role, rights, kind);
        var names = new IndexNames();
        var differences = new List<string>();
        foreach (var exchange in exchanges.Where(exchange => ReasonToLeave(exchange) is null))
            if (await Replay.DifferenceAsync(gateway, exchange, names, RecordedLeader, SecretOf(exchange.Token!.Value.Role), Token) is { } difference)
                differences.Add($"{exchange} as {exchange.Token}\n  {difference}");

        Assert.True(differences.Count == 0, $"{differences.Count} of {exchanges.Count} differ:\n{string.Join('\n', differences)}");
        Assert.Equal(
            [
                new("agent/self: its description of Consul's own configuration is not ours", 1),
                new("snapshots: Consul's format is not served", 2),
            ],
            exchanges.Select(ReasonToLeave).OfType<string>().CountBy(reason => reason).OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(
            ["bogus/bearer", "bogus/header", "bogus/query", "mgmt/header", "none/header", "ro/header", "rw/bearer", "rw/header", "rw/query"],
            exchanges.Select(exchange => $"{exchange.Token!.Value.Role}/{exchange.Token.Value.Carrier}").Distinct().Order(StringComparer.Ordinal));
    }

    private static string? ReasonToLeave(Exchange exchange) => exchange switch
    {
        { Token: ("mgmt", _), Target: "/v1/snapshot" } => "snapshots: Consul's format is not served",
        { Token: ("mgmt", _), Target: "/v1/agent/self" } => "agent/self: its description of Consul's own configuration is not ours",
        _ => null,
    };

    private static string? SecretOf(string role) => role == "none" ? null : $"the secret of {role}, long enough".Replace(' ', '-');

    private static async Task AddAsync(TestGateway gateway, string role, RoleRights rights, TokenRole kind)
    {
        var record = new TokenRecord(
            TokenRecord.CurrentFormatVersion, role, role, kind, TokenSecret.HashText(SecretOf(role)!), rights.Rules, rights.Sessions, rights.Agent, default, null);
        await gateway.Store.ExecuteAsync(new SetCommand(record.Key, [.. record.Encode()], 0, Cas: 0), Token);
    }
}
