namespace OverlayBridge.Store.History;

/// <summary>What kind of hand made a change.</summary>
public enum OriginKind : byte
{
    /// <summary>The log does not say: the entry was written by a program that did not note it.</summary>
    Unknown = 0,

    /// <summary>A client that showed no token and does not say what it is. Engines without a token are among these.</summary>
    Client = 1,

    /// <summary>The holder of an engine's token.</summary>
    Engine = 2,

    /// <summary>The holder of an agent's token; without tokens, who says of itself that it is an agent of this program.</summary>
    Agent = 3,

    /// <summary>The holder of an operator's token; without tokens, who says of itself that it is a command of this program.</summary>
    Operator = 4,

    /// <summary>The holder of a reader's token.</summary>
    Reader = 5,

    /// <summary>An import: the change was made in another store.</summary>
    Import = 6,

    /// <summary>The leader, as a session's TTL ran out.</summary>
    Expiry = 7,

    /// <summary>A control node on its own account: its record, a host that fell silent, a takeover.</summary>
    Control = 8,

    /// <summary>The restore of a snapshot.</summary>
    Restore = 9,
}

/// <summary>Who made a change, as the node found it that took the request; it travels in the command.</summary>
/// <param name="Name">What the operator called the token; for a control node what it does; empty where there is neither.</param>
/// <param name="TokenId">Id of the token's record; empty without a token. Never a secret.</param>
/// <param name="Address">IP address of the client; empty for what comes from no client.</param>
/// <param name="Program">What the client says that it is (its <c>User-Agent</c>); empty when it does not.</param>
public sealed record Origin(OriginKind Kind, string Name = "", string TokenId = "", string Address = "", string Program = "")
{
    public static Origin Unknown { get; } = new(OriginKind.Unknown);

    /// <summary>A session's TTL ran out.</summary>
    public static Origin Expiry { get; } = new(OriginKind.Expiry);

    /// <summary>A control node on its own account.</summary>
    /// <param name="does">What it does there, for people.</param>
    public static Origin Control(string does) => new(OriginKind.Control, does);
}
