namespace OverlayBridge.Gateway.Access;

/// <summary>Roles and rights as people write them.</summary>
public static class RoleNames
{
    public static string Text(TokenRole role) => role switch
    {
        TokenRole.Operator => "operator",
        TokenRole.Engine => "engine",
        TokenRole.Agent => "agent",
        _ => "reader",
    };

    public static string Text(AccessRight right) => right switch
    {
        AccessRight.Write => "write",
        AccessRight.Read => "read",
        _ => "none",
    };

    public static TokenRole? Parse(string text) => text switch
    {
        "operator" => TokenRole.Operator,
        "engine" => TokenRole.Engine,
        "agent" => TokenRole.Agent,
        "reader" => TokenRole.Reader,
        _ => null,
    };
}
