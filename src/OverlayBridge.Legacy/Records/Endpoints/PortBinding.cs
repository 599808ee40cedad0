namespace OverlayBridge.Legacy.Records.Endpoints;

/// <summary>A published port.</summary>
/// <param name="HostIP">Empty for all addresses of the host.</param>
public sealed record PortBinding(byte Protocol, string IP, ushort Port, string HostIP, ushort HostPort, ushort HostPortEnd);
