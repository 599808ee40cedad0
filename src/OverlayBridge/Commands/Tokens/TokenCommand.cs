using System.CommandLine;
using OverlayBridge.Commands.Network;
using OverlayBridge.Reports.Tokens;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Tokens;

/// <summary><c>token</c>: who may do what with the cluster.</summary>
internal static class TokenCommand
{
    public static Command Create() => new("token", "Say who may do what with the cluster; nobody needs a token until the first one is made")
    {
        CreateCommand.Create(),
        List(),
        Revoke(),
    };

    public static TokenEntry Entry(TokenAnswer answer, DateTimeOffset now) => new(
        answer.Id, answer.Name, answer.Role, [.. answer.Rules.Select(static rule => new TokenRule(rule.Prefix, rule.Right, rule.Exact))],
        answer.Sessions, answer.Agent, answer.CreatedAt, answer.ExpiresAt, answer.ExpiresAt <= now);

    private static DocumentedCommand List()
    {
        var command = new DocumentedCommand("list", "List the tokens, without their secrets")
        {
            Examples = [("overlaybridge token list --token-file operator.token", "One line for each; those that have expired are still listed.")],
            ExitCodes = [(ExitCode.Success, "listed"), (ExitCode.Error, "no control node answers, or the token is no operator's")],
        };
        var bridge = BridgeOption.AddTo(command);
        command.SetAction(async (parse, token) =>
        {
            using var client = bridge.ConnectCluster(parse);
            var now = CommandOutput.SurroundingsOf(parse).Time.GetUtcNow();
            var tokens = await client.TokensAsync(token).ConfigureAwait(false);
            var document = new TokensDocument(TokensDocument.CurrentFormatVersion, client.Name, [.. tokens.Select(answer => Entry(answer, now))]);
            await CommandOutput.Of(parse).WriteReportAsync(new TokensReport(document), token).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }

    private static DocumentedCommand Revoke()
    {
        var command = new DocumentedCommand("revoke", "Revoke a token: whoever shows it is refused from now on")
        {
            Examples =
            [
                ("overlaybridge token revoke 3f9c1a2b7d4e --token-file operator.token", "By its id, as 'token list' shows it."),
                ("overlaybridge token revoke web-engines --token-file operator.token", "By its name, if only one has it."),
            ],
            ExitCodes = [(ExitCode.Success, "revoked"), (ExitCode.Error, "not revoked; stderr says why. The last operator's token without an end stays")],
        };
        var which = new Argument<string>("TOKEN") { Description = "Its id or its name" };
        command.Add(which);
        var bridge = BridgeOption.AddTo(command);
        command.SetAction(async (parse, token) =>
        {
            using var client = bridge.ConnectCluster(parse);
            var found = Find(await client.TokensAsync(token).ConfigureAwait(false), parse.GetRequiredValue(which), client.Name);
            await client.RevokeTokenAsync(found.Id, token).ConfigureAwait(false);
            var now = CommandOutput.SurroundingsOf(parse).Time.GetUtcNow();
            var document = new TokenDocument(TokenDocument.CurrentFormatVersion, client.Name, TokenDocument.Revoked, Entry(found, now), null);
            await CommandOutput.Of(parse).WriteReportAsync(new TokenReport(document), token).ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }

    private static TokenAnswer Find(IReadOnlyList<TokenAnswer> all, string which, string source)
    {
        if (all.FirstOrDefault(token => token.Id == which) is { } byId)
            return byId;
        return all.Where(token => token.Name == which).ToList() switch
        {
            [var one] => one,
            [] => throw new OperatorException(
                $"{source} has no token '{which}'.", "Neither an id nor a name is this.", "See 'overlaybridge token list'."),
            var several => throw new OperatorException(
                $"Which token '{which}'?", $"{several.Count} have this name: {string.Join(", ", several.Select(static token => token.Id))}.", "Give the id."),
        };
    }
}
