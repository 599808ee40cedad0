using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OverlayBridge.Commands;
using OverlayBridge.Gateway;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Hosting;
using OverlayBridge.Terminal;

namespace OverlayBridge.Serve;

/// <summary>
/// <c>overlaybridge serve</c>: the generic host with the roles that were asked for, until a signal comes. What a role
/// does it brings itself (<see cref="IServeRole"/>).
/// </summary>
public static class ServeCommand
{
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "serve", "Run the service: a control node (the replicated store with Consul's HTTP API), an agent, or both")
        {
            Examples =
            [
                ("overlaybridge serve --data /var/lib/overlaybridge --http 127.0.0.1:8500 --raft 127.0.0.1:8300",
                    "one control node alone, for this machine"),
                ("overlaybridge serve … --raft 10.0.0.5:8300 --bootstrap 10.0.0.5:8300,10.0.0.6:8300,10.0.0.7:8300",
                    "one of three control nodes, the same list on each; only the first start looks at it"),
                ("overlaybridge serve … --raft 10.0.0.8:8300 --join 10.0.0.5:8500,10.0.0.6:8500",
                    "one more, or one whose disk was replaced"),
                ("overlaybridge serve … --token-file node.token --tls-cert node.pem --tls-key node.key --tls-ca ca.pem",
                    "reached by other machines: with tokens, and TLS to clients and between the nodes"),
            ],
            ExitCodes =
            [
                (ExitCode.Success, "stopped by SIGTERM or Ctrl-C"),
                (ExitCode.Error, "could not start, or could not go on: stderr says why"),
            ],
        };
        ServeOptions.AddTo(command, [ControlRole.RoleName, AgentRole.RoleName], [.. ControlRole.Options, .. AgentRole.Options]);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken stop)
    {
        var names = parse.GetRequiredValue<string[]>(ServeOptions.RolesName).ToHashSet();
        if (names.SetEquals([AgentRole.RoleName]))
            AgentStart.ReplaceProcess(parse);
        using var loggers = ServeLog.Create(parse);
        var access = ServeAccess.Read(parse, names);
        var http = names.Contains(ControlRole.RoleName) ? ControlRole.HttpAddress(parse, access) : null;
        var nodes = http is null ? NodeAccess.None : NodeIdentity.Of(access, ControlRole.ReachedAt(parse, http));
        var context = new ServeContext(parse, names, http, access, loggers);
        await using (context.ConfigureAwait(false))
        {
            if (http is null)
                return await ServeHost.RunAsync(context, [new AgentRole()], stop).ConfigureAwait(false);
            // In this order they start: an agent finds the store of its own process open.
            IReadOnlyList<IServeRole> roles = names.Contains(AgentRole.RoleName) ? [new ControlRole(nodes), new AgentRole()] : [new ControlRole(nodes)];
            return await ServeHost.RunAsync(context, roles, WebBuilder(context, http, nodes), Build, stop).ConfigureAwait(false);
        }
    }

    private static WebApplication Build(WebApplicationBuilder builder)
    {
        GatewayServer.ServeDirectly(builder.Services, static services => services.GetRequiredService<ConsulGateway>().HandleAsync);
        return builder.Build();
    }

    private static WebApplicationBuilder WebBuilder(ServeContext context, IPEndPoint http, NodeAccess nodes)
    {
        var plain = ControlRole.PlainAddress(context.Parse, context.Access);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseSockets(GatewayServer.Configure).ConfigureKestrel(options => GatewayServer.Configure(options, http, nodes, plain));
        return builder;
    }
}
