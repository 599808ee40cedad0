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

    /// <summary>Set, but no record says for whom: lost to the pool until it is cleared.</summary>
    Unclaimed,

    /// <summary>Claimed by a record, but free in the bitmap: an engine may give it out again at any moment.</summary>
    Unmarked,

    /// <summary>Claimed more than once.</summary>
    Duplicate,
}
