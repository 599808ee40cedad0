using System.Globalization;
using OverlayBridge.Gateway.Go;
using OverlayBridge.Gateway.Sessions;
using OverlayBridge.Store.Commands;

namespace OverlayBridge.Gateway.Transactions;

/// <summary>Consul's words for what went wrong with an operation.</summary>
internal static class TransactionErrors
{
    public static string Text(TransactionError error, RequestedOperation requested)
    {
        var operation = requested.Operation;
        var key = GoText.Quote(operation.Key.ToString());
        return error.Fault switch
        {
            TransactionFault.MissingKey => "Must provide key",
            TransactionFault.UnknownVerb => $"unknown KV verb {GoText.Quote(requested.Verb)}",
            TransactionFault.NotFound when operation.Verb == TransactionVerb.CheckIndex => $"failed to check index, key {key} doesn't exist",
            TransactionFault.NotFound when operation.Verb == TransactionVerb.CheckSession => $"failed to check session, key {key} doesn't exist",
            TransactionFault.NotFound => $"key {key} doesn't exist",
            TransactionFault.Exists => $"key {key} exists",
            TransactionFault.StaleIndex => $"failed to {(operation.Verb == TransactionVerb.Cas ? "set" : "delete")} key {key}, index is stale",
            TransactionFault.WrongIndex => string.Create(
                CultureInfo.InvariantCulture, $"failed index check for key {key}, current modify index {error.Index} != {operation.Index}"),
            TransactionFault.WrongSession =>
                $"failed session check for key {key}, current session {GoText.Quote(error.Session)} != {GoText.Quote(operation.Session)}",
            TransactionFault.MissingSession => "missing session",
            TransactionFault.UnknownSession => SessionId.Unknown(operation.Session),
            TransactionFault.LockHeld => $"failed to lock key {key}, lock is already held",
            TransactionFault.LockDelayed => $"failed to lock key {key} due to lock delay",
            TransactionFault.PermissionDenied => "Permission denied",
            TransactionFault.NotHolder => $"failed to unlock key {key}, lock isn't held, or is held by another session",
            _ => throw new ArgumentException($"No words for {error.Fault}.", nameof(error)),
        };
    }
}
