namespace OverlayBridge.Legacy.Records.Endpoints;

/// <summary>A port by protocol number (1 icmp, 6 tcp, 17 udp, 132 sctp).</summary>
public readonly record struct TransportPort(byte Protocol, ushort Port);
