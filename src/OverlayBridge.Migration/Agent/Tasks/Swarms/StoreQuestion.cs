using OverlayBridge.Legacy.Store;
using OverlayBridge.Overlay.Records;
using OverlayBridge.Sources;
using OverlayBridge.Sources.Consul;

namespace OverlayBridge.Migration.Agent.Tasks.Swarms;

/// <summary>A question to another host's agent: a record that it answers by another.</summary>
internal sealed class StoreQuestion(IConsulClient store, PassingFailures passing, TimeProvider time)
{
    /// <summary>Writes the question, waits for its answer, and deletes the question.</summary>
    /// <returns>Null: there was none in time.</returns>
    /// <exception cref="SourceException">The store failed, and goes on failing.</exception>
    public async Task<TAnswer?> AskAsync<TQuestion, TAnswer>(
        string questionKey, TQuestion question, string answerKey, Func<TAnswer, bool> answers, TimeSpan patience, CancellationToken token)
        where TQuestion : IBridgeRecord<TQuestion>
        where TAnswer : class, IBridgeRecord<TAnswer>
    {
        await store.PutAsync(questionKey, BridgeRecords.Encode(question), default, token);
        try
        {
            return await AnswerAsync(answerKey, answers, patience, token);
        }
        finally
        {
            // Also after a cancellation: a question that stays would be answered again by every new agent over there.
            await store.DeleteAsync(questionKey, null, CancellationToken.None);
        }
    }

    private async Task<TAnswer?> AnswerAsync<TAnswer>(string key, Func<TAnswer, bool> answers, TimeSpan patience, CancellationToken token)
        where TAnswer : class, IBridgeRecord<TAnswer>
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        try
        {
            await foreach (var happened in BlockingWatch.RunAsync<KeyValueEntry?>(
                (options, one) => store.GetAsync(key, options, one), WatchOptions.Default with { Time = time }, limited.Token))
                switch (happened)
                {
                    case WatchEvent<KeyValueEntry?>.Answer { Read.Value: { } entry } when BridgeRecords.Decode<TAnswer>(key, entry.Value.AsSpan()) is var answer && answers(answer):
                        return answer;
                    case WatchEvent<KeyValueEntry?>.Fault { Error: var failure } when passing.Meet(failure) is null:
                        throw failure;
                }
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return null;
        }
        return null;
    }
}
