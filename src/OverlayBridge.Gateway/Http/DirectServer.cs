using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace OverlayBridge.Gateway.Http;

/// <summary>A server that gives requests to a handler of its own, whatever application the host starts it with.</summary>
internal sealed class DirectServer(IServer server, Func<RequestDelegate> handler) : IServer
{
    public IFeatureCollection Features => server.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => server.StartAsync(new Application(handler()), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public void Dispose() => server.Dispose();

    private sealed class Application(RequestDelegate handle) : IHttpApplication<DefaultHttpContext>
    {
        /// <summary>Requests of one connection come one after the other, and share an object.</summary>
        public DefaultHttpContext CreateContext(IFeatureCollection contextFeatures)
        {
            if (contextFeatures is not IHostContextContainer<DefaultHttpContext> connection)
                return new DefaultHttpContext(contextFeatures);
            if (connection.HostContext is { } used)
                used.Initialize(contextFeatures);
            else
                connection.HostContext = new DefaultHttpContext(contextFeatures);
            return connection.HostContext;
        }

        public Task ProcessRequestAsync(DefaultHttpContext context) => handle(context);

        public void DisposeContext(DefaultHttpContext context, Exception? exception) => context.Uninitialize();
    }
}
