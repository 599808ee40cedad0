using System.Collections.Immutable;
using OverlayBridge.Gateway.Access;
using OverlayBridge.Store.Commands;

namespace OverlayBridge.Gateway.Transactions;

/// <summary>What a caller may do in a transaction, verb by verb, as Consul 1.8.7 judges it.</summary>
internal static class TransactionAccess
{
    /// <summary>The operations that are denied, and with them those that no rights would help; empty when nothing is denied.</summary>
    public static ImmutableArray<TransactionError> Faults(ImmutableArray<RequestedOperation> operations, Permissions permissions)
    {
        ImmutableArray<TransactionError> faults =
        [
            .. operations.Index().Select(item => (item.Index, Fault: Fault(item.Item.Operation, permissions)))
                .Where(static found => found.Fault is not null)
                .Select(static found => new TransactionError(found.Index, found.Fault!.Value)),
        ];
        return faults.Any(static fault => fault.Fault == TransactionFault.PermissionDenied) ? faults : [];
    }

    /// <summary>Without the entries that the caller may not read: they are left out in silence.</summary>
    public static TransactionResult Visible(TransactionResult result, Permissions permissions) =>
        result.Results.All(entry => permissions.MayRead(entry.Entry.Key))
            ? result
            : result with { Results = [.. result.Results.Where(entry => permissions.MayRead(entry.Entry.Key))] };

    private static TransactionFault? Fault(TransactionOperation operation, Permissions permissions)
    {
        var allowed = operation.Verb switch
        {
            TransactionVerb.DeleteTree => permissions.MayWriteAllUnder(operation.Key),
            TransactionVerb.GetTree => true,
            _ when operation.Key.IsEmpty => (bool?)null,
            // Left out of the results, unless its being there is itself nobody's business.
            TransactionVerb.Get => !operation.Key.StartsWith(TokenRecord.Prefix),
            TransactionVerb.CheckIndex or TransactionVerb.CheckSession => permissions.MayRead(operation.Key),
            _ => permissions.MayWrite(operation.Key),
        };
        return allowed switch
        {
            null => TransactionFault.MissingKey,
            false => TransactionFault.PermissionDenied,
            true => null,
        };
    }
}
