namespace OverlayBridge.Histories;

/// <summary>One request to the register that a key is, and what came of it.</summary>
/// <param name="Key">The register.</param>
/// <param name="Invoked">When it was sent, by one clock for all clients; any unit.</param>
/// <param name="Returned">When its answer was there; <see cref="Never"/> when its outcome is not known.</param>
/// <param name="Answer">Null: not known. It may have happened at any time after it was sent, or never.</param>
public sealed record Operation(string Key, long Invoked, long Returned, Request Request, Answer? Answer)
{
    public const long Never = long.MaxValue;
}

/// <summary>What was asked of a register.</summary>
public abstract record Request;

/// <summary>A fresh read.</summary>
public sealed record Get : Request;

/// <param name="Value">Not written by any other operation of the history.</param>
/// <param name="Cas">Null: always. 0: only if absent. N: only if a read showed N as the ModifyIndex.</param>
public sealed record Put(string Value, ulong? Cas = null) : Request;

/// <param name="Cas">Null: always. N: only if the key's ModifyIndex is N; an absent key is a success.</param>
public sealed record Delete(ulong? Cas = null) : Request;

/// <summary>What a register answered.</summary>
public abstract record Answer;

/// <summary>Of a read. An absent key has a null value and index 0.</summary>
public sealed record Shown(string? Value, ulong ModifyIndex) : Answer;

/// <summary>Of a write: whether its condition held.</summary>
public sealed record Done(bool Held) : Answer;
