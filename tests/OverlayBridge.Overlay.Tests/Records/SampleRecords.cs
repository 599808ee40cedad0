using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using CsCheck;

namespace OverlayBridge.Overlay.Records;

/// <summary>Generators of valid records.</summary>
internal static class SampleRecords
{
    private static readonly Gen<string> Word = Gen.Char["abcdef0123456789-_. \"\\/é☂"].Array[0, 20].Select(c => new string(c));

    public static readonly Gen<string> Segment = Gen.Char["abcdefABCDEF0123456789-_"].Array[1, 64].Select(c => new string(c));

    private static readonly Gen<IPAddress> Address = Gen.OneOf(
        Gen.Byte.Array[4].Select(b => new IPAddress(b)), Gen.Byte.Array[16].Select(b => new IPAddress(b)));

    private static readonly Gen<InterfaceAddress> Interface =
        Gen.Select(Gen.Byte.Array[4], Gen.Int[0, 32], (b, length) => new InterfaceAddress(new IPAddress(b), length));

    private static readonly Gen<PhysicalAddress> Mac = Gen.Byte.Array[6].Select(b => new PhysicalAddress(b));

    private static readonly Gen<DateTimeOffset> Time = Gen.DateTime.Select(t => new DateTimeOffset(t, TimeSpan.Zero));

    public static readonly Gen<HostRecord> Host =
        from name in Segment
        from id in Word
        from vtep in Address
        from swarm in Gen.Bool.Select(Word, Word, Gen.Bool, (has, node, state, manager) => has ? new HostSwarm(node, state, manager) : null)
        from state in Gen.Enum<HostState>()
        from engine in Gen.Enum<EngineState>()
        from since in Time
        select new HostRecord(name, id, "26.1.5", vtep, swarm, state, engine, since, "0.1.0");

    public static readonly Gen<HeartbeatRecord> Heartbeat = Gen.Select(Gen.ULong, Time, (s, at) => new HeartbeatRecord(s, at));

    public static readonly Gen<ContainerRecord> Container =
        from id in Segment
        from name in Word
        from labels in Gen.Dictionary(Word, Word)[0, 4]
        select new ContainerRecord(id, name, "bb:1", "running", labels.ToImmutableSortedDictionary(StringComparer.Ordinal));

    public static readonly Gen<NetworkRecord> Network =
        from id in Segment
        from name in Word
        from attachable in Gen.Bool
        from subnets in Interface.Select(a => a.Subnet).Array[0, 3]
        from gateway in Address.Null()
        from vnis in Gen.UInt.Array[0, 3]
        from created in Time
        select new NetworkRecord(id, name, "overlay", "swarm", attachable, [.. subnets], gateway, [.. vnis], created);

    public static readonly Gen<AttachmentRecord> Attachment =
        from network in Segment
        from endpoint in Segment
        from name in Word
        from address in Interface
        from mac in Mac
        from aliases in Word.Array[0, 3]
        select new AttachmentRecord(network, name, endpoint, "c1", name, address, mac, [.. aliases]);

    public static readonly Gen<StitchReport> Stitch =
        from network in Segment
        from ns in Word.Null()
        from counts in Gen.Select(Gen.Int, Gen.Int)
        from differences in Gen.Select(Word, Word, (e, r) => new StitchDifference(e, r)).Array[0, 3]
        from at in Time
        from error in Word.Null()
        select new StitchReport(network, ns, counts.Item1, counts.Item2, [.. differences], at, error);

    public static readonly Gen<ExposureRecord> Exposure =
        from id in Segment
        from subnet in Interface.Select(a => a.Subnet)
        from gateway in Address.Null()
        from vnis in Gen.Select(Gen.UInt, Gen.UInt)
        from state in Gen.Enum<ExposureState>()
        from created in Time
        from more in (from other in Interface.Select(a => a.Subnet) from vni in Gen.UInt select new ExposedSubnet(other, null, other, vni, vni)).Array[0, 2]
        from reserves in (from block in Interface.Select(a => a.Subnet) from isSet in Gen.Bool select new ReservedBlock(block, isSet)).Array[0, 2]
        select new ExposureRecord("appnet", id, "s" + id, subnet, gateway, subnet, vnis.Item1, vnis.Item2, "consul://10.0.0.5:8500", state, created)
        {
            MoreSubnets = [.. more],
            Reserves = [.. reserves],
            BitmapKeys = ["docker/network/v1.0/ipam/default/data/GlobalDefault/10.81.0.0/16/"],
        };

    public static readonly Gen<FollowRecord> Follow =
        from index in Gen.ULong
        from change in Time.Nullable()
        from sync in Time.Nullable()
        from keys in Gen.Int
        from state in Gen.Enum<FollowState>()
        from message in Word
        select new FollowRecord("consul://10.0.0.5:8500", index, change, sync, keys, state, message);

    private static readonly Gen<IPEndPoint> EndPoint = Gen.Select(Address, Gen.Int[1, 65535], (address, port) => new IPEndPoint(address, port));

    public static readonly Gen<TakeoverRecord> Takeover =
        from id in Segment
        from addresses in Gen.Select(EndPoint.Array[0, 3], EndPoint.Array[0, 3])
        from hosts in Gen.Select(Segment.Array[0, 3], Segment.Array[0, 2])
        from phase in Gen.Enum<TakeoverPhase>()
        from since in Time
        from asked in Time.Nullable()
        from note in Word
        select new TakeoverRecord(
            id, "consul://10.0.0.5:8500", "docker/", [.. addresses.Item1], [.. addresses.Item2], [.. hosts.Item1], [.. hosts.Item2], phase,
            since, new TakeoverLimits(30), "root@h1", note) { CommitAsked = asked, SourceIndex = 3304740253564472344 };

    public static readonly Gen<TakeoverHostReport> TakeoverHost =
        from id in Segment
        from state in Gen.Enum<TakeoverHostState>()
        from since in Time
        from connections in Gen.Int
        from cause in Word
        select new TakeoverHostReport(id, state, since, "nftables", connections, cause);

    public static readonly Gen<TakeoverProgress> Progress =
        from id in Segment
        from at in Time
        from step in Gen.Select(Gen.Bool, Gen.ULong, Gen.Int)
        from doing in Word
        from hosts in Segment.Array[0, 3]
        select new TakeoverProgress(id, "n1", at, step.Item1, step.Item2, step.Item3, doing, [.. hosts]);

    public static readonly Gen<TakeoverAlarms> Alarms =
        from id in Segment
        from count in Gen.Int
        from alarms in Gen.Select(Word, Gen.ULong, Time, (key, index, at) => new TakeoverAlarm(key, "changed", index, "10.0.0.7", at)).Array[0, 3]
        select new TakeoverAlarms(id, count, [.. alarms]);

    public static readonly Gen<RelayRecord> Relay =
        Gen.Select(Segment, EndPoint, Time, EndPoint.List[0, 3], (name, listen, at, clients) => new RelayRecord(
            name, listen, "consul://10.0.0.5:8500", at, [.. clients.Select(static client => client.Address)]));
}
