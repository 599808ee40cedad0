namespace OverlayBridge.Lab;

/// <summary>Something the lab can't do: what, why (or the last words of the program that failed), and what to do about it.</summary>
public sealed class LabException(string what, string why, string remedy, Exception? inner = null)
    : Exception($"{what}\n  why: {why}\n  do:  {remedy}", inner);
