using System.Collections;

namespace OverlayBridge.Histories;

/// <summary>Depth first through all orders of one key's operations; what led nowhere once is not tried again.</summary>
/// <param name="operations">In order of their being sent.</param>
internal sealed class Search(Register register, IReadOnlyList<Operation> operations)
{
    private readonly BitArray _placed = new(operations.Count);
    private readonly HashSet<Position> _seen = [];
    private readonly Stack<Step> _steps = [];
    private RegisterState _state = new(null, 0);
    private int _open = operations.Count(operation => operation.Answer is not null);
    private int _first;

    /// <summary>So many operations could be put in an order at most.</summary>
    public int Deepest { get; private set; }

    /// <summary>True when all operations that were answered have a place.</summary>
    public bool Run()
    {
        var candidate = 0;
        while (_open > 0)
        {
            if (Next(candidate) is { } next)
            {
                Place(next.Operation, next.State);
                candidate = _first;
            }
            else if (_steps.Count > 0)
            {
                candidate = TakeBack() + 1;
            }
            else
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The next operation, from a number on, that can come now: nothing that is not placed had its answer before it was sent.</summary>
    private (int Operation, RegisterState State)? Next(int from)
    {
        var firstReturn = Operation.Never;
        for (var i = _first; i < operations.Count && operations[i].Invoked <= firstReturn; i++)
        {
            if (_placed[i])
                continue;
            firstReturn = Math.Min(firstReturn, operations[i].Returned);
            if (i >= from && register.Step(_state, operations[i]) is { } state && IsNew(i, state))
                return (i, state);
        }
        return null;
    }

    private bool IsNew(int operation, RegisterState state)
    {
        var placed = new int[(_placed.Length + 31) / 32];
        _placed.CopyTo(placed, 0);
        placed[operation / 32] |= 1 << (operation % 32);
        return _seen.Add(new Position(placed, state));
    }

    private void Place(int operation, RegisterState state)
    {
        _steps.Push(new Step(operation, _state, _first));
        _placed[operation] = true;
        _state = state;
        _open -= operations[operation].Answer is null ? 0 : 1;
        while (_first < operations.Count && _placed[_first])
            _first++;
        Deepest = Math.Max(Deepest, _steps.Count);
    }

    private int TakeBack()
    {
        var step = _steps.Pop();
        _placed[step.Operation] = false;
        _state = step.Before;
        _first = step.First;
        _open += operations[step.Operation].Answer is null ? 0 : 1;
        return step.Operation;
    }

    private readonly record struct Step(int Operation, RegisterState Before, int First);

    private readonly struct Position(int[] placed, RegisterState state) : IEquatable<Position>
    {
        private readonly int[] _placed = placed;
        private readonly RegisterState _state = state;

        public bool Equals(Position other) => _state == other._state && _placed.AsSpan().SequenceEqual(other._placed);

        public override bool Equals(object? obj) => obj is Position other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_placed.AsSpan()));
            hash.Add(_state);
            return hash.ToHashCode();
        }
    }
}
