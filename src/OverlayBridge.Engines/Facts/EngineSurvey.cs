using System.Collections.Immutable;

namespace OverlayBridge.Engines.Facts;

/// <summary>Asks many engines the same, several at once. One that cannot be asked ends all: it must never look like one on which nothing runs.</summary>
internal sealed class EngineSurvey
{
    private readonly ImmutableArray<(string Text, Uri Uri)> _engines;
    private readonly EngineFactsOptions _options;
    private readonly TimeProvider _time;

    /// <param name="engines">Each <c>unix:///PATH</c> or <c>tcp://HOST:PORT</c>.</param>
    /// <exception cref="EngineException">One of them is of no such form, or there are too many.</exception>
    public EngineSurvey(IEnumerable<string> engines, EngineFactsOptions options, TimeProvider time)
    {
        _engines = [.. engines.Distinct().Select(text => (text, EngineAddress.Parse(text, options.CertificateFolder is not null)))];
        (_options, _time) = (options, time);
        if (_engines.Length > options.MaxEngines)
            throw new EngineException($"{_engines.Length} engines are too many.", $"At most {options.MaxEngines} are asked.", "Ask for fewer at a time.");
    }

    /// <summary>How many engines are asked.</summary>
    public int Count => _engines.Length;

    /// <summary>The answers, in the order of the engines.</summary>
    /// <exception cref="EngineException">One of them cannot be reached, does not answer in time, or refuses; the first in order is named.</exception>
    public async Task<ImmutableArray<T>> AskAsync<T>(Func<string, Uri, EngineHttp, CancellationToken, Task<T>> ask, CancellationToken token)
    {
        using var slots = new SemaphoreSlim(_options.Parallel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var asked = _engines.Select(engine => AskOneAsync(engine.Text, engine.Uri, ask, slots, stop)).ToList();
        try
        {
            return [.. await Task.WhenAll(asked).ConfigureAwait(false)];
        }
        catch (Exception) when (!token.IsCancellationRequested)
        {
            // The others were stopped because of the one that failed.
            throw asked.Select(task => task.Exception?.InnerException).OfType<EngineException>().First();
        }
    }

    private async Task<T> AskOneAsync<T>(
        string text, Uri uri, Func<string, Uri, EngineHttp, CancellationToken, Task<T>> ask, SemaphoreSlim slots, CancellationTokenSource stop)
    {
        await slots.WaitAsync(stop.Token).ConfigureAwait(false);
        try
        {
            using var http = new EngineHttp(uri, _options, _time);
            return await ask(text, uri, http, stop.Token).ConfigureAwait(false);
        }
        catch (EngineException)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            slots.Release();
        }
    }
}
