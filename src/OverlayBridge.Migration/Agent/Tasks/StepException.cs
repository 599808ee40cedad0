namespace OverlayBridge.Migration.Agent.Tasks;

/// <summary>A step cannot be done, or did not come out as it should. Nothing is lost: the same step, or its undo, goes on from where the host is.</summary>
/// <param name="cause">What is in the way, in one or two sentences.</param>
/// <param name="remedy">What a person can do about it.</param>
internal sealed class StepException(string cause, string remedy, Exception? inner = null) : Exception(cause, inner)
{
    public string Remedy { get; } = remedy;
}
