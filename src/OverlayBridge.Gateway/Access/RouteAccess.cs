namespace OverlayBridge.Gateway.Access;

/// <summary>Who may use a route.</summary>
internal enum RouteAccess
{
    /// <summary>Operators: what a route has unless it says otherwise.</summary>
    Operator,

    /// <summary>Who may read what a node tells of itself.</summary>
    AgentRead,

    /// <summary>Its handler judges, by the key or session that is asked for.</summary>
    JudgedByHandler,

    /// <summary>Everybody: it tells nothing but that there are nodes, and whether they are well.</summary>
    Everybody,
}
