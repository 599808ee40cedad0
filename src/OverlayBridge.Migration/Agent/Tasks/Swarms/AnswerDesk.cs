using System.Collections.Immutable;
using OverlayBridge.Migration.Agent.Publishing;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Swarms;

/// <summary>Answers what agents of other hosts ask of this one by records. An answer stays as long as its question.</summary>
/// <param name="isMine">Whether this host is asked.</param>
/// <param name="questionId">Made anew for each question; the answer bears it.</param>
/// <param name="answer">Is given the asking host and its question.</param>
/// <param name="keyOf">Of the answer to a host.</param>
internal sealed class AnswerDesk<TQuestion, TAnswer>(
    Func<TQuestion, bool> isMine,
    Func<TQuestion, string> questionId,
    Func<TAnswer, string> answerId,
    Func<string, TQuestion, CancellationToken, Task<TAnswer>> answer,
    Func<string, string> keyOf,
    KeyPublisher answers,
    TimeProvider time)
    where TAnswer : class, IBridgeRecord<TAnswer>
{
    private static readonly TimeSpan RestInterval = TimeSpan.FromSeconds(60);

    private readonly Wakeup wakeup = new();
    private readonly Dictionary<string, TAnswer> given = new(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, TQuestion>? questions;

    /// <param name="latest">All questions in the store, by the asking host.</param>
    public void Use(ImmutableSortedDictionary<string, TQuestion> latest)
    {
        Volatile.Write(ref questions, latest);
        wakeup.Wake();
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        while (true)
        {
            await wakeup.WaitAsync(RestInterval, time, token);
            if (Volatile.Read(ref questions) is not { } all)
                continue;
            var mine = all.Where(question => isMine(question.Value)).ToList();
            foreach (var (host, question) in mine)
                if (!given.TryGetValue(host, out var last) || answerId(last) != questionId(question))
                    given[host] = await answer(host, question, token);
            foreach (var host in given.Keys.Except(mine.Select(static question => question.Key)).ToList())
                given.Remove(host);
            answers.Want(given.Aggregate(DesiredKeys.None, (keys, one) => keys.With(keyOf(one.Key), one.Value)) with { IsComplete = true });
        }
    }
}
