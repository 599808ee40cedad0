using System.CommandLine;
using OverlayBridge.Sources;

namespace OverlayBridge.Commands;

/// <summary>
/// The options that say how control nodes (bridge://) are reached: token and TLS. Their names differ from those for other stores, as a command
/// may need both; one that needs control nodes alone takes the short names, too. Tokens themselves are never typed.
/// </summary>
internal static class BridgeAccess
{
    private const string TokenName = "--token-file";
    private const string TlsName = "--bridge-tls";
    private const string CaName = "--bridge-ca-file";
    private const string CertName = "--bridge-cert-file";
    private const string KeyName = "--bridge-key-file";

    /// <summary>Adds the options to a command, once.</summary>
    /// <param name="alone">The command has no other store, so that <c>--ca-file</c> and its like can mean nothing else.</param>
    public static void AddTo(Command command, bool alone)
    {
        if (command.Options.Any(static option => option.Name == TokenName))
            return;
        command.Add(new Option<string?>(TokenName) { Description = "File with the token for bridge:// (also: OVERLAYBRIDGE_TOKEN)", HelpName = "FILE" });
        command.Add(new Option<bool>(TlsName, alone ? ["--tls"] : []) { Description = "Speak TLS to bridge://" });
        command.Add(File(CaName, "--ca-file", "Trust the authorities in this PEM file alone; implies --bridge-tls (also: OVERLAYBRIDGE_CACERT)", alone));
        command.Add(File(CertName, "--cert-file", "Client certificate for bridge://, PEM; implies --bridge-tls (also: OVERLAYBRIDGE_CLIENT_CERT)", alone));
        command.Add(File(KeyName, "--key-file", "Its private key, PEM; implies --bridge-tls (also: OVERLAYBRIDGE_CLIENT_KEY)", alone));
    }

    /// <summary>The options as they were given; unchanged for a command that has none of them.</summary>
    public static SourceOptions Apply(ParseResult parse, SourceOptions options)
    {
        if (parse.CommandResult.Command.Options.All(static option => option.Name != TokenName))
            return options;
        var (ca, cert, key) = (parse.GetValue<string?>(CaName), parse.GetValue<string?>(CertName), parse.GetValue<string?>(KeyName));
        var tls = ca is not null || cert is not null || key is not null || parse.GetValue<bool>(TlsName);
        return options with
        {
            BridgeTokenFile = parse.GetValue<string?>(TokenName),
            BridgeTls = tls ? new() { CaFile = ca, CertFile = cert, KeyFile = key } : null,
        };
    }

    private static Option<string?> File(string name, string alias, string description, bool alone) =>
        new(name, alone ? [alias] : []) { Description = description, HelpName = "FILE" };
}
