using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OverlayBridge.Commands;
using OverlayBridge.Gateway;
using OverlayBridge.Gateway.Cluster;
using OverlayBridge.Serve.Relay;
using OverlayBridge.Terminal;

namespace OverlayBridge.Serve;

/// <summary>
/// <c>overlaybridge serve</c>: the generic host with the roles that were asked for, until a signal comes. What a role
/// does it brings itself (<see cref="IServeRole"/>).
/// </summary>
public static class ServeCommand
{
    private const string RolesName = "--roles";

    /// <summary>How long requests in flight may take to end when the process stops.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Roles start in this order: an agent finds the store of its own process open.</summary>
    private static IReadOnlyList<IServeRole> AllRoles() => [new ControlRole(), new AgentRole()];

    public static Command Create()
    {
        var roles = AllRoles();
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
        command.Add(RolesOption(roles));
        foreach (var option in ServeLog.Options.Concat(ServeAccess.Options).Concat(roles.SelectMany(role => role.Options)))
            command.Add(option);
        command.SetAction((parse, token) => RunAsync(parse, roles, token));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, IReadOnlyList<IServeRole> all, CancellationToken stop)
    {
        var names = parse.GetValue<string[]>(RolesName)!.ToHashSet();
        var loggers = ServeLog.Create(parse);
        using (loggers)
        {
            var access = ServeAccess.Read(parse, names);
            var http = names.Contains(ControlRole.RoleName) ? ControlRole.HttpAddress(parse, access) : null;
            var context = new ServeContext(parse, names, http, access, loggers);
            await using (context.ConfigureAwait(false))
            {
                using var host = await BuildAsync(context, all, stop).ConfigureAwait(false);
                return await ServeAsync(host, context, stop).ConfigureAwait(false);
            }
        }
    }

    private static async Task<IHost> BuildAsync(ServeContext context, IReadOnlyList<IServeRole> all, CancellationToken stop)
    {
        IHostApplicationBuilder builder = context.Http is { } http
            ? WebBuilder(http, context.Nodes, ControlRole.PlainAddress(context.Parse, context.Access))
            : Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging().AddSystemd();
        builder.Services.AddSingleton(context.Loggers);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopTimeout);
        foreach (var role in all.Where(role => context.Roles.Contains(role.Name)))
            await role.RegisterAsync(builder.Services, context, stop).ConfigureAwait(false);

        if (builder is HostApplicationBuilder plain)
            return plain.Build();
        GatewayServer.ServeDirectly(builder.Services, static services => services.GetRequiredService<ConsulGateway>().HandleAsync);
        return ((WebApplicationBuilder)builder).Build();
    }

    private static WebApplicationBuilder WebBuilder(IPEndPoint http, NodeAccess access, IPEndPoint? plain)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseSockets(GatewayServer.Configure).ConfigureKestrel(options => GatewayServer.Configure(options, http, access, plain));
        return builder;
    }

    /// <summary>Runs until the process is told to stop, or a role cannot go on.</summary>
    private static async Task<int> ServeAsync(IHost host, ServeContext context, CancellationToken stop)
    {
        try
        {
            await StartAsync(host, context, stop).ConfigureAwait(false);
        }
        catch
        {
            // What has started already is to end as at any other stop, not as a failure of its own.
            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        if (context.Http is not null)
            CommandOutput.Of(context.Parse).Progress($"Serving on {(context.Access.IsTls ? "https" : "http")}://{context.Http}. Ctrl-C stops.");

        if (RelayRole.Address(context.Parse) is { } relay)
            CommandOutput.Of(context.Parse).Progress($"Relaying on http://{relay}.");

        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, stopping);
        Task failure = context.Failure.WaitAsync(ending.Token);
        await failure.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await ThrowIfCrashedAsync(host).ConfigureAwait(false);
        return context.Failure.IsCompleted ? throw await context.Failure.ConfigureAwait(false) : ExitCode.Success;
    }

    /// <summary>The host stops when a background service throws, but keeps the exception to itself.</summary>
    private static async Task ThrowIfCrashedAsync(IHost host)
    {
        foreach (var service in host.Services.GetServices<IHostedService>().OfType<BackgroundService>())
            if (service.ExecuteTask is { IsFaulted: true } crashed)
                await crashed.ConfigureAwait(false);
    }

    private static async Task StartAsync(IHost host, ServeContext context, CancellationToken stop)
    {
        try
        {
            await host.StartAsync(stop).ConfigureAwait(false);
        }
        catch (IOException e) when (context.Http is not null && e.InnerException is AddressInUseException)
        {
            var isRelay = RelayRole.Address(context.Parse) is { } relay && e.Message.Contains($"//{relay}:", StringComparison.Ordinal);
            throw new OperatorException(
                $"The {(isRelay ? "relay's" : "HTTP")} address {(isRelay ? RelayRole.Address(context.Parse) : context.Http)} is in use.",
                "Another process listens there.",
                $"Stop it, or give another address with {(isRelay ? RelayRole.ListenName : "--http")}.",
                inner: e);
        }
        catch (System.Net.Sockets.SocketException e) when (context.Http is not null)
        {
            var relay = RelayRole.Address(context.Parse);
            throw new OperatorException(
                relay is null ? $"The HTTP address {context.Http} cannot be listened on." : $"The HTTP address {context.Http} or the relay's, {relay}, cannot be listened on.",
                e.Message,
                $"Give an address of this host, and a port that this user may use, with --http{(relay is null ? "" : $" and {RelayRole.ListenName}; 0.0.0.0 listens before the old address has moved here")}.",
                inner: e);
        }
    }

    private static Option<string[]> RolesOption(IReadOnlyList<IServeRole> roles)
    {
        var known = string.Join(',', roles.Select(role => role.Name));
        return new Option<string[]>(RolesName)
        {
            Description = $"What this process is: {known}",
            HelpName = known,
            DefaultValueFactory = _ => [ControlRole.RoleName],
            CustomParser = result =>
            {
                var names = result.Tokens[^1].Value.Split(',', StringSplitOptions.TrimEntries);
                foreach (var name in names.Where(name => roles.All(role => role.Name != name)))
                    result.AddError($"'{name}' is no role: {known}.");
                return names;
            },
        };
    }
}
