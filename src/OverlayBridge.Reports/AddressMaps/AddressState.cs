namespace OverlayBridge.Reports.AddressMaps;

/// <summary>What an address of a pool is, from the bitmap and from the records that claim it together; the worse, the higher.</summary>
internal enum AddressState
{
    /// <summary>Set, and it is the network's, the broadcast, a gateway's or an auxiliary address.</summary>
    Reserved,

    /// <summary>Set, and one endpoint has it.</summary>
    Used,

    /// <summary>Set on behalf of an exposed network: swarm gives these addresses out.</summary>
    Fenced,

    /// <summary>Set, but no record that can be read claims it: lost to the pool until it is cleared.</summary>
    Leaked,

    /// <summary>Claimed by a record, but free in the bitmap: an engine may give it out again at any moment.</summary>
    Unmarked,

    /// <summary>Claimed more than once.</summary>
    Duplicate,
}

/// <summary>Names and kinds of states.</summary>
internal static class AddressStates
{
    /// <summary>All of them, the least bad first.</summary>
    public static readonly AddressState[] All = Enum.GetValues<AddressState>();

    /// <summary>The word for a state, which is its class in the style sheet, too.</summary>
    public static string Word(AddressState state) => state switch
    {
        AddressState.Reserved => "reserved",
        AddressState.Used => "used",
        AddressState.Fenced => "fenced",
        AddressState.Leaked => "leaked",
        AddressState.Unmarked => "unmarked",
        AddressState.Duplicate => "duplicate",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "unknown state"),
    };

    /// <summary>A person should look at it.</summary>
    public static bool IsFault(AddressState state) => state is AddressState.Leaked or AddressState.Unmarked or AddressState.Duplicate;
}
