namespace OverlayBridge.Names.Messages;

/// <summary>Types of records that mean something here (RFC 1035 §3.2.2, RFC 3596, RFC 6891).</summary>
public enum RecordType : ushort
{
    A = 1,
    Ptr = 12,
    Aaaa = 28,
    Opt = 41,
    Any = 255,
}

/// <summary>Response codes (RFC 1035 §4.1.1, RFC 6891 §9).</summary>
public enum ResponseCode : ushort
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,

    /// <summary>Its upper bits go into the OPT record.</summary>
    BadVersion = 16,
}
