using System.Security.Cryptography;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Store;

namespace OverlayBridge.Gateway.Access;

/// <summary>
/// Says who sends a request. As long as there is no token, and this node has no secret of its own, nobody is asked for one; from then on who
/// bears none has no rights but those of the anonymous token, and who bears an unknown one is refused.
/// </summary>
/// <param name="nodeSecret">Of <c>--token-file</c>: an operator's, valid on this node whatever the store holds; null without one.</param>
internal sealed class AccessControl(TokenDirectory tokens, string? nodeSecret, TimeProvider time)
{
    /// <summary>As a caller's id and name, for who shows the nodes' own secret.</summary>
    public const string NodeTokenId = "token-file";

    public const string TokenHeader = "X-Consul-Token";

    private const string Operator = "operator";

    private readonly byte[]? _nodeHash = nodeSecret is null ? null : TokenSecret.Hash(nodeSecret);

    /// <exception cref="RefusedException">403: the token is not known.</exception>
    /// <exception cref="NoLeaderException">The token is not known here, and there is no leader to ask whether it is new.</exception>
    public async ValueTask<Caller> IdentifyAsync(GatewayRequest request)
    {
        var address = Address(request);
        var known = await tokens.ReadAsync(ReadConsistency.Stale, request.CancellationToken).ConfigureAwait(false);
        if (!known.Any && _nodeHash is null)
            return new Caller("", "", "", address) { Permissions = Permissions.Everything };
        if (BornBy(request) is not { Length: > 0 } secret)
            return Anonymous(known, address);
        var hash = TokenSecret.Hash(secret);
        if (_nodeHash is not null && CryptographicOperations.FixedTimeEquals(hash, _nodeHash))
            return new Caller(NodeTokenId, NodeTokenId, Operator, address) { Permissions = Permissions.Everything };
        if (Find(known, hash, address) is { } caller)
            return caller;
        // It may be so new that this node has not heard of it.
        known = await tokens.ReadAsync(ReadConsistency.Default, request.CancellationToken).ConfigureAwait(false);
        return Find(known, hash, address) ?? throw new RefusedException(403, "ACL not found");
    }

    private Caller? Find(TokenSet known, byte[] hash, string address) =>
        known.Find(hash, time.GetUtcNow()) is { } found ? CallerOf(found, address) : null;

    private Caller Anonymous(TokenSet known, string address) => known.Anonymous(time.GetUtcNow()) is { } found
        ? CallerOf(found, address)
        : new Caller("", "", "", address);

    private static Caller CallerOf(TokenSet.Known found, string address) =>
        new(found.Record.Id, found.Record.Name, RoleNames.Text(found.Record.Role), address) { Permissions = found.Permissions };

    /// <summary>As Consul: the parameter before its header, that before the standard one.</summary>
    private static string? BornBy(GatewayRequest request)
    {
        if (request.Query.Get("token") is { Length: > 0 } parameter)
            return parameter;
        if (request.Http.Headers[TokenHeader].ToString() is { Length: > 0 } header)
            return header;
        const string bearer = "Bearer ";
        var authorization = request.Http.Headers.Authorization.ToString();
        return authorization.StartsWith(bearer, StringComparison.OrdinalIgnoreCase) ? authorization[bearer.Length..].Trim() : null;
    }

    /// <summary>What another node tells of its client counts only from a node: where nodes have a secret, from one that shows it.</summary>
    private string Address(GatewayRequest request)
    {
        var headers = request.Http.Headers;
        return headers.TryGetValue(ClusterHeaders.PassedOnBy, out _) && headers.TryGetValue(ClusterHeaders.Client, out var client) &&
            (_nodeHash is null || CryptographicOperations.FixedTimeEquals(TokenSecret.Hash(headers[ClusterHeaders.NodeToken].ToString()), _nodeHash))
            ? $"{client}"
            : request.PeerAddress;
    }
}
