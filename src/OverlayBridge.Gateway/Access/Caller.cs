using OverlayBridge.Gateway.Http;
using OverlayBridge.Store.Keys;

namespace OverlayBridge.Gateway.Access;

/// <summary>Who sent a request: the token it bears, and where it came from; and what they may do.</summary>
/// <param name="TokenId">Id of the token's record; empty for who bears none, and where tokens are not asked for.</param>
/// <param name="Name">What the operator called the token; empty without one.</param>
/// <param name="Role">The token's role in lower case; empty without one.</param>
/// <param name="Address">IP address of the client; of a request that another node passed on, as that node tells it.</param>
public sealed record Caller(string TokenId, string Name, string Role, string Address)
{
    private const string Denied = "Permission denied";

    internal Permissions Permissions { get; init; } = Permissions.Nothing;

    /// <exception cref="RefusedException">403.</exception>
    internal void RequireRead(StoreKey key) => Require(Permissions.MayRead(key));

    /// <exception cref="RefusedException">403.</exception>
    internal void RequireWrite(StoreKey key) => Require(Permissions.MayWrite(key));

    /// <exception cref="RefusedException">403.</exception>
    internal void RequireWriteAllUnder(StoreKey prefix) => Require(Permissions.MayWriteAllUnder(prefix));

    /// <exception cref="RefusedException">403.</exception>
    internal void RequireSessionWrite() => Require(Permissions.Sessions == AccessRight.Write);

    /// <exception cref="RefusedException">403.</exception>
    internal void RequireAgentRead() => Require(Permissions.Agent >= AccessRight.Read);

    /// <exception cref="RefusedException">403.</exception>
    internal void RequireOperator() => Require(Permissions.IsOperator);

    private static void Require(bool allowed)
    {
        if (!allowed)
            throw new RefusedException(403, Denied);
    }
}
