namespace OverlayBridge.Engines;

/// <summary>
/// A Docker engine cannot be reached, does not answer in time or refuses. <see cref="Exception.Message"/> says what was
/// tried on which engine, <see cref="Cause"/> why it failed, <see cref="Remedy"/> what the operator can do.
/// </summary>
public sealed class EngineException(string what, string cause, string remedy, int? statusCode = null, Exception? inner = null)
    : Exception(what, inner)
{
    public string Cause { get; } = cause;

    public string Remedy { get; } = remedy;

    /// <summary>The HTTP status the engine refused with (404, 409, 500 …); null when it did not answer.</summary>
    public int? StatusCode { get; } = statusCode;

    /// <summary>It was reached and did not answer in time.</summary>
    public bool IsOfSilence => StatusCode is null && InnerException is OperationCanceledException;

    /// <summary>
    /// The engine was killed while it started this very container, and containerd still has what it had begun to run: <c>task 10ad5f5d… already exists: unknown</c>.
    /// It goes on refusing until it is started anew.
    /// </summary>
    public bool IsOfBegunStart => Cause.Contains("task ", StringComparison.Ordinal) && Cause.Contains(" already exists: unknown", StringComparison.Ordinal);

    /// <inheritdoc cref="SwarmRefusal.IsOfHungAttachment"/>
    public bool IsOfHungAttachment => SwarmRefusal.IsOfHungAttachment(Cause);

    /// <inheritdoc cref="SwarmRefusal.IsOfMissingNetwork"/>
    public bool IsOfMissingNetwork => SwarmRefusal.IsOfMissingNetwork(Cause);
}
