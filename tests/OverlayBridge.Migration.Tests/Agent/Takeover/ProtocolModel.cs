using OverlayBridge.Overlay.Records;
using OverlayBridge.Overlay.Takeovers;

namespace OverlayBridge.Migration.Agent.Takeover;

/// <summary>A store with the takeover's record, a source, hosts with an agent and an engine each, and whoever coordinates.</summary>
internal sealed class ProtocolModel
{
    private readonly Host[] hosts;
    private TakeoverRecord record;
    private ulong recordIndex = 1;
    private DateTimeOffset now = DateTimeOffset.UnixEpoch.AddDays(1);

    /// <summary>The source's content, counted in writes, and what the store has of it.</summary>
    private int sourceWrites, storeWrites;
    private bool isPrimary;

    /// <summary>What the coordinator looked at and has not acted on yet; lost with it.</summary>
    private (TakeoverView View, ulong Index)? looked;
    private TakeoverComparison? comparison;
    private int comparedWrites;
    private string broken = "";

    public ProtocolModel(int count)
    {
        record = Sample.Record(TakeoverPhase.Prepared) with { Hosts = [.. Enumerable.Range(1, count).Select(static number => $"h{number}")], PhaseSince = now };
        hosts = [.. record.Hosts.Select(static name => new Host(name))];
    }

    /// <summary>A coordinator with a defect, to see that it is found.</summary>
    public bool TrustsAnyReport { get; init; }

    public void Step(int kind, int who, int seconds)
    {
        var host = hosts[who];
        switch (kind)
        {
            case 0: host.View = new KnownTakeover(record, recordIndex); break;
            case 1: Decide(host); break;
            case 2: Enforce(host); break;
            case 3: Report(host); break;
            case 4: host.Crash(); break;
            case 5: host.Restore(); break;
            case 6: Write(host); break;
            case 7: Look(); break;
            case 8: Act(); break;
            case 9: (looked, comparison) = (null, null); break; // the leader is lost
            case 10: Move(record with { CommitAsked = now }, recordIndex, record.Phase == TakeoverPhase.Prepared); break;
            case 11: Operator(seconds); break;
            default: Pass(host, seconds); break;
        }
    }

    /// <summary>What must never be; empty when all is well.</summary>
    public string Wrong()
    {
        if (broken.Length > 0)
            return broken;
        var free = hosts.Where(static host => host.InForce.Kind == EngagementKind.None).Select(static host => host.Name).ToList();
        if (isPrimary && free.Count > 0 && record.Phase != TakeoverPhase.Released)
            return $"both stores can be written: {string.Join(", ", free)} reach the source, and the store has changed hands";
        return !isPrimary && hosts.Any(static host => host.InForce.Kind == EngagementKind.Redirected)
            ? "a host is redirected to a store that has not changed hands"
            : "";
    }

    /// <summary>No more faults: everybody does what is due, until nothing changes any more.</summary>
    public void CalmDown()
    {
        foreach (var host in hosts)
            host.Restore();
        // Longer than every patience there is, in small steps.
        for (var round = 0; round < 100; round++)
        {
            now = now.AddSeconds(1);
            foreach (var host in hosts)
                foreach (var kind in (int[])[0, 1, 2, 3])
                    Step(kind, Array.IndexOf(hosts, host), 0);
            Look();
            Act();
        }
    }

    /// <summary>What is left to do where nothing is in the way; empty when nothing is.</summary>
    public string Unfinished()
    {
        if (record.CommitAsked is not null || record.Phase is TakeoverPhase.Holding or TakeoverPhase.Flipped)
            return $"the takeover stays {record.Phase}";
        var wanted = record.Phase switch
        {
            TakeoverPhase.Committed => EngagementKind.Redirected,
            _ => EngagementKind.None,
        };
        return hosts.FirstOrDefault(host => host.InForce.Kind != wanted) is { } other ? $"{other.Name} has {other.InForce.Kind} when all is {record.Phase}" : "";
    }

    private void Decide(Host host)
    {
        if (!host.IsUp)
            return;
        host.Decision = HostStep.Next(host.View, host.Remembered, host.Name, null, now + host.ClockOffset);
        if (host.Decision.AbortsTakeover)
            Move(host.View!.Record!.In(TakeoverPhase.Aborted, now + host.ClockOffset, "held too long"), host.View.ModifyIndex, true);
    }

    /// <summary>Remembered first, in force with the next step: between them the process may die.</summary>
    private static void Enforce(Host host)
    {
        if (!host.IsUp || host.Decision is not { } decision)
            return;
        if (decision.Engagement.Kind == EngagementKind.None)
            host.Leave();
        else if (host.Remembered != decision.Engagement)
            host.Remembered = decision.Engagement;
        else
            host.InForce = decision.Engagement;
    }

    /// <summary>Only what is in force is reported.</summary>
    private void Report(Host host)
    {
        if (host.IsUp && host.Decision is { State: { } state } decision && decision.Engagement.Kind == host.InForce.Kind)
            host.Reported = new TakeoverHostReport(record.Id, state, now, "nftables", 0, decision.Note);
    }

    private void Write(Host host)
    {
        if (host.InForce.Kind == EngagementKind.None)
            sourceWrites++;
        if (record.Phase == TakeoverPhase.Prepared)
            storeWrites = sourceWrites; // it is followed
    }

    private void Look()
    {
        looked = (new TakeoverView(record, [.. hosts.Select(Seen)], storeWrites == sourceWrites, comparison, now, now - record.PhaseSince), recordIndex);
    }

    private Participant Seen(Host host) => new(
        host.Name, false, TrustsAnyReport && record.Phase == TakeoverPhase.Holding && host.Reported is { } any ? any with { State = TakeoverHostState.Holding } : host.Reported, IsHeard: true);

    private void Act()
    {
        if (looked is not var (view, index))
            return;
        looked = null;
        switch (TakeoverStep.Next(view))
        {
            case TakeoverAction.Move move:
                Move(move.Next, index, true);
                break;
            case TakeoverAction.Compare:
                (comparedWrites, storeWrites) = (sourceWrites, sourceWrites);
                comparison = new(ComparisonOutcome.Equal, (ulong)sourceWrites, sourceWrites, "");
                break;
            case TakeoverAction.Flip flip when index == recordIndex && storeWrites == comparedWrites:
                if (sourceWrites != comparedWrites)
                    broken = $"{sourceWrites - comparedWrites} writes were lost at the flip";
                (isPrimary, comparison) = (true, null);
                Move(flip.Next, index, true);
                break;
        }
    }

    private void Operator(int word)
    {
        var to = word % 2 == 0 ? TakeoverPhase.Aborted : TakeoverPhase.Released;
        Move(record.In(to, now), recordIndex, TakeoverPhases.CanFollow(record.Phase, to));
    }

    private void Pass(Host host, int seconds)
    {
        now = now.AddSeconds(seconds);
        if (seconds == 20)
            host.ClockOffset = -host.ClockOffset - TimeSpan.FromHours(1);
    }

    /// <summary>Compare-and-set.</summary>
    private void Move(TakeoverRecord next, ulong index, bool isAllowed)
    {
        if (!isAllowed || index != recordIndex)
            return;
        if (next.Phase != record.Phase && !TakeoverPhases.CanFollow(record.Phase, next.Phase))
            broken = $"{record.Phase} was followed by {next.Phase}";
        (record, recordIndex) = (next, recordIndex + 1);
    }

    private sealed class Host(string name)
    {
        public string Name => name;

        public bool IsUp { get; private set; } = true;

        public TimeSpan ClockOffset { get; set; }

        public KnownTakeover? View { get; set; }

        public HostDecision? Decision { get; set; }

        /// <summary>In the file.</summary>
        public Engagement Remembered { get; set; } = Engagement.None;

        /// <summary>In the kernel.</summary>
        public Engagement InForce { get; set; } = Engagement.None;

        public TakeoverHostReport? Reported { get; set; }

        /// <summary>The rules go first, with the next step the memory of them.</summary>
        public void Leave()
        {
            if (InForce.Kind == EngagementKind.None)
                Remembered = Engagement.None;
            InForce = Engagement.None;
        }

        /// <summary>The agent dies; file and kernel stay.</summary>
        public void Crash() => (IsUp, View, Decision) = (false, null, null);

        /// <summary>It starts again, and puts in force what it remembers.</summary>
        public void Restore()
        {
            if (!IsUp)
                (IsUp, InForce) = (true, Remembered.Kind == EngagementKind.None ? InForce : Remembered);
        }
    }
}
