using System.CommandLine;
using OverlayBridge.Commands.Network;
using OverlayBridge.Gateway.Access;
using OverlayBridge.Reports.Tokens;
using OverlayBridge.Sources.Consul;
using OverlayBridge.Terminal;

namespace OverlayBridge.Commands.Tokens;

/// <summary><c>token create</c>: a secret for somebody, and what its holder may do.</summary>
internal sealed class CreateCommand
{
    private readonly Option<string> _role = new("--role") { Description = "Whom it is for; what it may do follows from this", HelpName = "operator|engine|agent|reader", Required = true };
    private readonly Option<string> _name = new("--name") { Description = "What to call it", HelpName = "NAME", Required = true };
    private readonly Option<string?> _host = new("--host") { Description = "The agent's host, as its 'serve --host-name' has it", HelpName = "HOST" };
    private readonly Option<string?> _prefix = new("--engine-prefix") { Description = "Where the engines' keys are (default: docker/)", HelpName = "PREFIX" };
    private readonly Option<string?> _ttl = new("--ttl") { Description = "How long it is valid, as 720h (default: until it is revoked)", HelpName = "TIME" };
    private readonly Option<string?> _secretFile = new("--secret-from") { Description = "Use the secret in this file, which its holder has already, instead of a new one", HelpName = "FILE" };
    private readonly Option<string?> _secretOut = new("--secret-out") { Description = "Write the new secret to this file (0600) instead of showing it", HelpName = "FILE" };
    private readonly Option<bool> _anonymous = new("--anonymous") { Description = "No secret: the rights of those who show no token, as engines that cannot be restarted yet" };

    private readonly BridgeOption _bridge;

    private CreateCommand(Command command)
    {
        _role.Validators.Add(static result =>
        {
            if (result.Tokens is [var word, ..] && RoleNames.Parse(word.Value) is null)
                result.AddError($"'{word.Value}' is no role: operator, engine, agent or reader.");
        });
        _role.CompletionSources.Add("operator", "engine", "agent", "reader");
        foreach (var option in new Option[] { _role, _name, _host, _prefix, _ttl, _secretFile, _secretOut, _anonymous })
            command.Add(option);
        _bridge = BridgeOption.AddTo(command);
    }

    public static Command Create()
    {
        var command = new DocumentedCommand("create", "Make a token; the first must be an operator's, and from then on everybody needs one")
        {
            Examples =
            [
                ("overlaybridge token create --role operator --name alice --secret-out operator.token", "The first one."),
                ("overlaybridge token create --role agent --name web-1 --host web-1 --secret-out web-1.token --token-file operator.token", "For the agent on host web-1."),
                ("overlaybridge token create --role engine --name engines --token-file operator.token", "For Docker engines: CONSUL_HTTP_TOKEN in their environment."),
                ("overlaybridge token create --role engine --name engines --anonymous --token-file operator.token", "For engines without a token, as long as there are any."),
                ("overlaybridge token create --role reader --name monitor --ttl 720h --token-file operator.token -o json", "For a script: the secret is .secret"),
            ],
            ExitCodes = [(ExitCode.Success, "made"), (ExitCode.Error, "not made; stderr says why")],
        };
        var create = new CreateCommand(command);
        command.SetAction(create.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken token)
    {
        var (output, now) = (CommandOutput.Of(parse), CommandOutput.SurroundingsOf(parse).Time.GetUtcNow());
        if (parse.GetRequiredValue(_role) == "agent" && parse.GetValue(_host) is null)
            throw new OperatorException("Which host is the agent's?", "It may write the records of one host alone.", "Give --host HOST, the name that its 'serve --host-name' says.");
        var target = parse.GetValue(_secretOut);
        var given = parse.GetValue(_secretFile) is { } file ? await SecretFile.ReadAsync(file, token).ConfigureAwait(false) : null;
        using var client = _bridge.ConnectCluster(parse);
        var isFirst = (await client.TokensAsync(token).ConfigureAwait(false)).IsEmpty;
        // Before there is a secret: it could not be shown again.
        using var secretFile = target is null ? null : SecretFile.New(target);
        var made = await client.CreateTokenAsync(
            new TokenRequest(
                parse.GetRequiredValue(_name), parse.GetRequiredValue(_role), parse.GetValue(_host), parse.GetValue(_prefix), parse.GetValue(_ttl), given, parse.GetValue(_anonymous)),
            token).ConfigureAwait(false);
        if (secretFile is not null && made.Secret is { } secret)
            await secretFile.WriteAsync(secret).ConfigureAwait(false);
        var shown = given is null && target is null ? made.Secret : null;
        await output.WriteReportAsync(
            new TokenReport(new TokenDocument(TokenDocument.CurrentFormatVersion, client.Name, TokenDocument.Created, TokenCommand.Entry(made, now), shown)), token).ConfigureAwait(false);
        if (target is not null && made.Secret is not null)
            output.Progress($"The secret is in {target}.");
        if (isFirst)
            output.Progress("This is the first token: from now on every request needs one, those of agents, engines and of this command included.");
        return ExitCode.Success;
    }
}
