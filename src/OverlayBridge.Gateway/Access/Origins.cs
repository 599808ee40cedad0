using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Store.History;

namespace OverlayBridge.Gateway.Access;

/// <summary>
/// Who a change is put down to. A token says it for certain; without one there are the address and what the client says of itself, and
/// nothing is concluded from these: an engine without a token is a client whose program is Go's.
/// </summary>
internal static class Origins
{
    /// <summary>What this program's own commands and agents begin their <c>User-Agent</c> with.</summary>
    private const string OwnProgram = "overlaybridge/";

    private const string OwnAgent = "(agent";

    /// <summary>What the history keeps of a <c>User-Agent</c>.</summary>
    private const int MaxProgramLength = 80;

    public static Origin Of(Caller caller, GatewayRequest request)
    {
        var headers = request.Http.Headers;
        // A node's own write has the node's name and no client behind it.
        if (headers.TryGetValue(ClusterHeaders.PassedOnBy, out var node) && !headers.ContainsKey(ClusterHeaders.Client) &&
            caller is { TokenId: "" or AccessControl.NodeTokenId, Permissions.IsOperator: true })
            return new Origin(OriginKind.Control, Printable($"{node}"), Address: caller.Address);
        var program = Printable(headers.UserAgent.ToString());
        return new Origin(KindOf(caller.Role, program), caller.Name, caller.TokenId, caller.Address, program);
    }

    private static OriginKind KindOf(string role, string program) => RoleNames.Parse(role) switch
    {
        TokenRole.Operator => OriginKind.Operator,
        TokenRole.Engine => OriginKind.Engine,
        TokenRole.Agent => OriginKind.Agent,
        TokenRole.Reader => OriginKind.Reader,
        _ when !program.StartsWith(OwnProgram, StringComparison.Ordinal) => OriginKind.Client,
        _ => program.Contains(OwnAgent, StringComparison.Ordinal) ? OriginKind.Agent : OriginKind.Operator,
    };

    private static string Printable(string text)
    {
        var shown = text.Length > MaxProgramLength ? text[..MaxProgramLength] : text;
        return shown.Any(char.IsControl) ? string.Concat(shown.Select(static c => char.IsControl(c) ? ' ' : c)) : shown;
    }
}
