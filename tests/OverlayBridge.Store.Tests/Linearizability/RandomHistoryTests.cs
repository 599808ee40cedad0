using System.Globalization;
using CsCheck;
using OverlayBridge.Histories;
using static OverlayBridge.Store.Tests.Linearizability.RegisterHistory;

namespace OverlayBridge.Store.Tests.Linearizability;

/// <summary>
/// Histories of a register that is right, made by its order: operation N takes place at time 10 N, is sent somewhat before and answered
/// somewhat after.
/// </summary>
public sealed class RandomHistoryTests
{
    private static readonly Gen<Planned> Operations =
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 40], Gen.Int[0, 40], Gen.Int[0, 9], (kind, before, after, fate) => new Planned(kind, before, after, fate));

    private sealed record Planned(int Kind, int Before, int After, int Fate);

    [Fact]
    public void Histories_of_a_register_that_is_right_are_accepted() =>
        Operations.Array[0, 120].Sample(plan => IsLinearizable([.. Execute(plan)]), iter: 500);

    [Fact]
    public void A_changed_history_is_accepted_or_rejected_as_trying_all_orders_does()
    {
        var rejected = 0;
        Gen.Select(Operations.Array[1, 7], Gen.Int[0, 6], Gen.Int[0, 6]).Sample(
            (plan, which, how) =>
            {
                var history = Mutate(Execute(plan), which % plan.Length, how);
                var right = IsLinearizableByTryingAll(history);
                if (!right)
                    Interlocked.Increment(ref rejected);
                return IsLinearizable([.. history]) == right;
            },
            iter: 5000);
        Assert.True(rejected > 500, $"only {rejected} of the changed histories were wrong ones");
    }

    /// <summary>What a register does, written here once more in the simplest way: a value with an index.</summary>
    private static List<Operation> Execute(Planned[] plan)
    {
        var history = new List<Operation>();
        var (value, index, last) = ((string?)null, 0UL, 0UL);
        for (var i = 0; i < plan.Length; i++)
        {
            var (kind, before, after, fate) = plan[i];
            var (request, held) = ((Request)new Get(), true);
            var answer = (Answer)new Shown(value, index);
            var happens = fate > 0; // a request that never arrived
            if (kind is 1 or 2)
            {
                var cas = kind == 1 ? (ulong?)null : fate < 5 ? index : index + 1;
                held = cas is null || cas == index;
                request = new Put(i.ToString(CultureInfo.InvariantCulture), cas);
                if (held && happens)
                    (value, index, last) = (i.ToString(CultureInfo.InvariantCulture), last + 1, last + 1);
            }
            else if (kind is 3 or 4)
            {
                var cas = kind == 3 ? (ulong?)null : fate < 5 ? Math.Max(index, 1) : index + 1;
                held = value is null || cas is null || cas == index;
                request = new Delete(cas);
                if (held && happens && value is not null)
                    (value, index, last) = (null, 0, last + 1);
            }
            if (kind is not 0)
                answer = new Done(held);
            var unknown = fate <= 1;
            history.Add(new Operation("k", (10 * i) - before, unknown ? Operation.Never : (10 * i) + after + 1, request, unknown ? null : answer));
            // As a client that compares and sets does, it first has looked: the index that it names was shown to somebody.
            if (value is not null && kind is 1 or 2)
                history.Add(new Operation("k", (10 * i) + 1, (10 * i) + 2, new Get(), new Shown(value, index)));
        }
        return history;
    }

    /// <summary>One change of an answer or of a time, or an operation less.</summary>
    private static List<Operation> Mutate(List<Operation> history, int which, int how)
    {
        var operation = history[which];
        history.RemoveAt(which);
        var other = history.Count == 0 ? operation : history[(which + how) % history.Count];
        Operation? changed = (how, operation.Answer) switch
        {
            (0, _) => null,
            (1 or 2, Done done) => operation with { Answer = new Done(!done.Held) },
            (1 or 2, Shown) => operation with { Answer = new Shown(null, 0) },
            (3 or 4, Shown) when other.Answer is Shown shown => operation with { Answer = shown },
            (5, _) => operation with { Invoked = operation.Invoked + 100, Returned = operation.Answer is null ? Operation.Never : operation.Returned + 100 },
            _ => operation with { Invoked = operation.Invoked - 100, Returned = operation.Answer is null ? Operation.Never : operation.Invoked - 90 },
        };
        if (changed is not null)
            history.Add(changed);
        return history;
    }
}
