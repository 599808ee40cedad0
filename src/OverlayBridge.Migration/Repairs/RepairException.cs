namespace OverlayBridge.Migration.Repairs;

/// <summary>A repair cannot be made; nothing was written.</summary>
public sealed class RepairException(string what, string cause, string remedy) : Exception(what)
{
    public string Cause { get; } = cause;

    public string Remedy { get; } = remedy;
}
