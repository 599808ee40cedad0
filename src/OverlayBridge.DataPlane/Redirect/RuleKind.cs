namespace OverlayBridge.DataPlane.Redirect;

/// <summary>What a single rule does; in the order in which rules come in. They go in the reverse order.</summary>
internal enum RuleKind
{
    /// <summary>Has the kernel copy the opening of a connection to the source to whoever listens, before it is dropped. A hold is one without it, too.</summary>
    NoteOpening,

    /// <summary>Drops the opening of a connection to the source (SYN).</summary>
    HoldOpening,

    /// <summary>Drops the last segment of whatever a program writes to the source, however short it is (PSH).</summary>
    HoldPush,

    /// <summary>Drops longer segments to the source. Acknowledgements pass, so that an answer on its way arrives whole.</summary>
    HoldData,

    /// <summary>Drops what goes to the source although it is redirected: connections of before the redirect.</summary>
    Block,

    /// <summary>Drops what comes from a neighbour for 127.0.0.0/8, as the kernel itself does while route_localnet is 0.</summary>
    Guard,

    /// <summary>Gives redirected connections an address that the gateway can answer to.</summary>
    Masquerade,

    /// <summary>Leads new connections to the gateway.</summary>
    Redirect,
}
