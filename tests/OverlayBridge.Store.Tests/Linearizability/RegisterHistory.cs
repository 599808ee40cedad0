using OverlayBridge.Histories;

namespace OverlayBridge.Store.Tests.Linearizability;

/// <summary>Short ways to write a history down, each operation as CLIENT-sees-it: sent at, answered at.</summary>
internal static class RegisterHistory
{
    public static Operation Read(long from, long to, string? value, ulong index = 0) => new("k", from, to, new Get(), new Shown(value, index));

    public static Operation Written(long from, long to, string value, ulong? cas = null, bool held = true) =>
        new("k", from, to, new Put(value, cas), new Done(held));

    public static Operation Deleted(long from, long to, ulong? cas = null, bool held = true) =>
        new("k", from, to, new Delete(cas), new Done(held));

    /// <summary>A write that ended in an error, or whose connection broke.</summary>
    public static Operation Unknown(long from, string value, ulong? cas = null) =>
        new("k", from, Operation.Never, new Put(value, cas), null);

    public static bool IsLinearizable(params Operation[] history) => Histories.Linearizability.Find(history) is null;

    /// <summary>The same by trying every subset of the unknown operations in every order: for short histories, and obviously right.</summary>
    public static bool IsLinearizableByTryingAll(IReadOnlyList<Operation> history)
    {
        var register = new Register(history);
        return register.Contradiction is null && Try(new RegisterState(null, 0), [.. history]);

        bool Try(RegisterState state, List<Operation> left) =>
            left.TrueForAll(operation => operation.Answer is null) ||
            left.Any(next => left.TrueForAll(other => other.Returned >= next.Invoked) &&
                register.Step(state, next) is { } after &&
                Try(after, [.. left.Where(other => !ReferenceEquals(other, next))]));
    }
}
