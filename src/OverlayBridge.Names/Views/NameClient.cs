using System.Collections.Immutable;
using System.Net;

namespace OverlayBridge.Names.Views;

/// <summary>Who asks: the networks whose names it may know, and the servers that it would ask otherwise.</summary>
/// <param name="Upstreams">In the order in which they are asked.</param>
public sealed record NameClient(ImmutableArray<NetworkNames> Networks, ImmutableArray<IPEndPoint> Upstreams);
