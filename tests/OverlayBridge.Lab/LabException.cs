namespace OverlayBridge.Lab;

/// <summary>Something the lab can't do: what, why, and what to do about it, each one line.</summary>
public sealed class LabException(string what, string why, string remedy, Exception? inner = null)
    : Exception($"{what}\n  why: {why}\n  do:  {remedy}", inner);
