using System.Collections.Immutable;
using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;
using OverlayBridge.Engines.Facts;

namespace OverlayBridge.Engines.Docker;

/// <summary>An engine behind its HTTP API, on a Unix socket or TCP.</summary>
public sealed partial class DockerEngine : IEngine
{
    /// <summary>Of engine 19.03: what the oldest engines we meet and the newest both speak.</summary>
    private static readonly System.Version ApiVersion = new(1, 40);

    /// <summary>A list on a host with thousands of containers takes seconds; more than this is a hang.</summary>
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(30);

    private readonly DockerClient client;
    private readonly EngineHttp http;

    /// <param name="endpoint"><c>unix://</c> with an absolute path, or <c>tcp://HOST:PORT</c>.</param>
    /// <exception cref="EngineException">The URI is of no such form.</exception>
    public DockerEngine(Uri endpoint)
    {
        if (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("unix" or "tcp"))
            throw new EngineException(
                $"'{endpoint}' names no Docker engine.",
                "Only unix and tcp are understood.",
                "Give unix:///var/run/docker.sock or tcp://HOST:2375.");
        Endpoint = endpoint;
        client = new DockerClientBuilder().WithEndpoint(endpoint).WithApiVersion(ApiVersion)
            .WithTimeout(Timeout.InfiniteTimeSpan).Build();
        http = new EngineHttp(endpoint, new EngineFactsOptions { CallLimit = CallLimit }, TimeProvider.System);
    }

    public Uri Endpoint { get; }

    public Task<EngineInfo> InfoAsync(CancellationToken token) =>
        CallAsync("read the engine's state", async limited => DockerModels.Info(await client.System.GetSystemInfoAsync(limited)), token);

    public Task<ImmutableArray<EngineContainer>> ContainersAsync(CancellationToken token) =>
        CallAsync(
            "list containers",
            async limited =>
            {
                var containers = await client.Containers.ListContainersAsync(new ContainersListParameters { All = true }, limited);
                return containers.Select(DockerModels.Container).ToImmutableArray();
            },
            token);

    public Task<EngineContainer?> InspectAsync(string containerId, CancellationToken token) =>
        CallAsync<EngineContainer?>(
            $"inspect container {containerId}",
            async limited =>
            {
                try
                {
                    return DockerModels.Container(await client.Containers.InspectContainerAsync(containerId, limited));
                }
                catch (DockerContainerNotFoundException)
                {
                    return null;
                }
            },
            token);

    public Task<ImmutableArray<EngineNetwork>> NetworksAsync(CancellationToken token) =>
        CallAsync(
            "list networks",
            async limited => (await client.Networks.ListNetworksAsync(cancellationToken: limited)).Select(DockerModels.Network).ToImmutableArray(),
            token);

    public Task<ImmutableArray<EngineMember>> MembersAsync(string network, CancellationToken token) =>
        CallAsync<ImmutableArray<EngineMember>>(
            $"inspect network {network}",
            async limited =>
            {
                try
                {
                    return DockerModels.Members(await client.Networks.InspectNetworkAsync(network, limited));
                }
                catch (DockerNetworkNotFoundException)
                {
                    return [];
                }
            },
            token);

    public Task FollowEventsAsync(DateTimeOffset since, Action<EngineEvent> happened, CancellationToken token) =>
        TranslateAsync(
            "follow events",
            CallLimit,
            async () =>
            {
                await client.System.MonitorEventsAsync(DockerModels.Events(since), new EventReader(happened), token);
                return true;
            },
            token);

    public Task<string> CreateNetworkAsync(NetworkSpec network, CancellationToken token) =>
        CallAsync(
            $"create network {network.Name}",
            async limited => (await client.Networks.CreateNetworkAsync(DockerModels.Create(network), limited)).ID,
            token);

    public Task RemoveNetworkAsync(string idOrName, CancellationToken token) =>
        CallAsync(
            $"remove network {idOrName}",
            async limited =>
            {
                try
                {
                    await client.Networks.DeleteNetworkAsync(idOrName, limited);
                }
                catch (DockerNetworkNotFoundException)
                {
                    // Gone is what was asked for.
                }
                return true;
            },
            token);

    public void Dispose()
    {
        client.Dispose();
        http.Dispose();
    }

    private Task<T> CallAsync<T>(string what, Func<CancellationToken, Task<T>> call, CancellationToken token) => CallAsync(what, CallLimit, call, token);

    private async Task<T> CallAsync<T>(string what, TimeSpan limit, Func<CancellationToken, Task<T>> call, CancellationToken token)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(token);
        limited.CancelAfter(limit);
        return await TranslateAsync(what, limit, () => call(limited.Token), token);
    }

    /// <summary>Whatever goes wrong on the way to an engine comes out as one kind of error; only the caller's own cancellation stays one.</summary>
    private async Task<T> TranslateAsync<T>(string what, TimeSpan limit, Func<Task<T>> call, CancellationToken token)
    {
        try
        {
            return await call();
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            throw;
        }
        catch (DockerApiException e)
        {
            throw Failed(what, $"It answered {(int)e.StatusCode}: {Reason(e)}", "See the engine's log.", (int)e.StatusCode, e);
        }
        catch (OperationCanceledException e)
        {
            throw Failed(what, $"No answer within {limit.TotalSeconds:0} s.", "Look whether the engine, or the store of a legacy engine, hangs.", null, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or TimeoutException or
            JsonException or InvalidDataException or InvalidOperationException or NotSupportedException or AggregateException)
        {
            throw Failed(what, e.GetBaseException().Message, "Check that the engine runs, that this is its address, and that you may use it.", null, e);
        }
    }

    /// <summary>Unlike <see cref="Progress{T}"/> in order, and on the thread that reads.</summary>
    private sealed class EventReader(Action<EngineEvent> happened) : IProgress<Message>
    {
        public void Report(Message value)
        {
            if (DockerModels.Event(value) is { } known)
                happened(known);
        }
    }

    private EngineException Failed(string what, string cause, string remedy, int? status, Exception inner) =>
        new($"Cannot {what} on the Docker engine at {Endpoint}.", cause, remedy, status, inner);

    /// <summary>Engines answer <c>{"message":"…"}</c>; a proxy in between may answer anything.</summary>
    private static string Reason(DockerApiException error)
    {
        try
        {
            using var body = JsonDocument.Parse(error.ResponseBody ?? "");
            if (body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("message", out var message))
                return message.ToString();
        }
        catch (JsonException)
        {
            // Not an engine's own words: shown as they are.
        }
        return error.ResponseBody is { Length: > 0 } text ? text.Trim() : error.StatusCode.ToString();
    }
}
