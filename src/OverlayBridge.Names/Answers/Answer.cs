namespace OverlayBridge.Names.Answers;

/// <summary>What becomes of a query.</summary>
/// <param name="Length">Bytes of the answer; 0 where there is none.</param>
public readonly record struct Answer(AnswerKind Kind, int Length = 0);

/// <summary>Kinds of answers, as the meter counts them.</summary>
public enum AnswerKind
{
    /// <summary>No answer at all: it was none of a question.</summary>
    Dropped,

    /// <summary>With addresses or names.</summary>
    Found,

    /// <summary>The name is known, but has nothing of the type that was asked for.</summary>
    Empty,

    /// <summary>Nobody has the name or the address, and nobody else can know it.</summary>
    Unknown,

    /// <summary>The message is damaged, or asks for what no server here does.</summary>
    Refused,

    /// <summary>It cannot be answered now.</summary>
    Failed,

    /// <summary>It is none of ours: the client's own servers are to be asked.</summary>
    Forward,
}
