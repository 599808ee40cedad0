using System.CommandLine;
using System.Net;
using Microsoft.Extensions.Logging;
using OverlayBridge.Terminal;

namespace OverlayBridge.Hosting;

/// <summary>What a role knows of the process it runs in, and can ask of it.</summary>
/// <param name="parse">The command line; a role reads its options from here.</param>
/// <param name="roles">The names of all roles of this process.</param>
/// <param name="http">The address of <c>--http</c>, which the control role serves on; null without that role.</param>
/// <param name="access">Whom this process lets in, and how it proves itself.</param>
/// <param name="loggers">For what is made before the host is.</param>
public sealed class ServeContext(
    ParseResult parse, IReadOnlySet<string> roles, IPEndPoint? http, ServeAccess access, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _owned = [];
    private readonly TaskCompletionSource<OperatorException> _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ParseResult Parse => parse;

    public IReadOnlySet<string> Roles => roles;

    public IPEndPoint? Http => http;

    public ServeAccess Access => access;

    public ILoggerFactory Loggers => loggers;

    /// <summary>Completes when a role cannot go on.</summary>
    public Task<OperatorException> Failure => _failure.Task;

    /// <summary>Stops the process with this error: the role cannot go on. The first of several counts.</summary>
    public void Fail(OperatorException error) => _failure.TrySetResult(error);

    /// <summary>Disposes the part after the host has stopped, last taken first.</summary>
    public T Own<T>(T part)
        where T : IAsyncDisposable
    {
        _owned.Push(part);
        return part;
    }

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out var part))
            await part.DisposeAsync().ConfigureAwait(false);
    }
}
