using CsCheck;

namespace OverlayBridge.Overlay.Records;

/// <summary>The records of a run: read back they are what was written, and their keys name them.</summary>
public sealed class RunRecordsTests
{
    private static readonly Gen<DateTimeOffset> Time = Gen.Int.Select(static seconds => DateTimeOffset.UnixEpoch.AddSeconds(seconds));
    private static readonly Gen<string> Word = Gen.String[0, 20];

    private static readonly Gen<RunRecord> Run =
        from state in Gen.Enum<RunState>()
        from since in Time
        from texts in Gen.Select(Word, Word)
        from numbers in Gen.Select(Gen.Int, Gen.Int)
        from rollback in Gen.Bool
        from skips in Gen.Select(Word, Word, Time, (what, reason, at) => new RunSkip(what, reason, "root@h1", at)).Array[0, 3]
        from approvals in Gen.Select(Word, Time, (stage, at) => new RunApproval(stage, "root@h1", at)).Array[0, 3]
        select new RunRecord("r1", "shop", new string('a', 64), 1, state, since, texts.Item1, texts.Item2, "root@h1", since)
        {
            Generation = numbers.Item1,
            Term = numbers.Item2,
            Executor = "n1",
            Rollback = rollback ? new RunRollback("canary", "root@h1", since) : null,
            Skips = [.. skips],
            Approvals = [.. approvals],
            Retire = rollback ? null : new RunApproval("retire", "root@h1", since),
            IsOneWay = !rollback,
        };

    private static readonly Gen<StepRecord> Step =
        from state in Gen.Enum<StepState>()
        from numbers in Gen.Select(Gen.Int, Gen.Int, Gen.Bool)
        from begun in Time
        from ended in Time.Nullable()
        from changes in Word.Array[0, 3]
        from texts in Gen.Select(Word, Word)
        select new StepRecord("r1", "convert-host.h1", state, numbers.Item3, numbers.Item1, numbers.Item2, begun, ended, [.. changes], texts.Item1, texts.Item2);

    private static readonly Gen<StageRecord> Stage =
        from state in Gen.Enum<StageState>()
        from begun in Time
        from ended in Time.Nullable()
        from gates in Gen.Select(Word, Gen.Enum<GateState>(), Word, (name, gate, detail) => new GateRecord(name, gate, detail)).Array[0, 3]
        select new StageRecord("r1", "canary", state, 3, begun, ended, ended, [.. gates]);

    private static readonly Gen<RunEvents> Events =
        from text in Word
        from at in Time
        from count in Gen.Int[0, RunEvents.MaxLatest + 5]
        select Enumerable.Range(0, count).Aggregate(RunEvents.None("r1"), (events, _) => events.Add(new RunEvent(0, at, "r1", "shop", "step-done", "canary", "h1", "convert-host.h1", text)));

    [Fact]
    public void Every_record_read_back_equals_what_was_written_and_is_written_the_same_again()
    {
        RoundTrips(Run);
        RoundTrips(Step);
        RoundTrips(Stage);
        RoundTrips(Events);
        RoundTrips(Gen.Select(Word, Time, Word.Array[0, 3], (doing, at, waits) => new RunProgress("r1", "n1", at, doing, [.. waits])));
        RoundTrips(Gen.Select(Gen.Int, Word, (number, fault) => new RunWebhooks("r1", number, number, fault)));
    }

    [Fact]
    public void Events_are_numbered_from_one_and_only_the_last_are_kept() => Events.Sample(static events =>
    {
        Assert.Equal(Math.Min(events.Count, RunEvents.MaxLatest), events.Latest.Length);
        Assert.Equal(Enumerable.Range(events.Count - events.Latest.Length + 1, events.Latest.Length), events.Latest.Select(static one => one.Number));
        Assert.InRange(BridgeRecords.Encode(events).Length, 1, BridgeRecords.MaxValueLength);
    });

    [Fact]
    public void Keys_name_what_they_hold()
    {
        Assert.Equal("overlaybridge/v1/migration", BridgeKeys.Migration);
        Assert.Equal("overlaybridge/v1/migration/r1/plan/003", BridgeKeys.RunPlan("r1", 3));
        Assert.Equal(new BridgeKey.Migration(), BridgeKeys.TryParse(BridgeKeys.Migration));
        Assert.Equal(new BridgeKey.RunPlan("r1", "003"), BridgeKeys.TryParse(BridgeKeys.RunPlan("r1", 3)));
        Assert.Equal(new BridgeKey.RunStep("r1", "convert-host.h1"), BridgeKeys.TryParse(BridgeKeys.RunStep("r1", "convert-host.h1")));
        Assert.Equal(new BridgeKey.RunStage("r1", "canary"), BridgeKeys.TryParse(BridgeKeys.RunStage("r1", "canary")));
        Assert.Equal(new BridgeKey.RunProgress("r1"), BridgeKeys.TryParse(BridgeKeys.RunProgress("r1")));
        Assert.Equal(new BridgeKey.RunEvents("r1"), BridgeKeys.TryParse(BridgeKeys.RunEvents("r1")));
        Assert.Equal(new BridgeKey.RunWebhooks("r1"), BridgeKeys.TryParse(BridgeKeys.RunWebhooks("r1")));
    }

    private static void RoundTrips<T>(Gen<T> records)
        where T : class, IBridgeRecord<T> => records.Sample(
        static record =>
        {
            var bytes = BridgeRecords.Encode(record);
            var read = BridgeRecords.Decode<T>("key", bytes);
            Assert.Equal(record, read);
            Assert.Equal(bytes, BridgeRecords.Encode(read));
        }, iter: 200);
}
