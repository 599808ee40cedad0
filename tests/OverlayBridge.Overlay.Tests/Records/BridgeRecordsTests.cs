using System.Net;
using System.Net.NetworkInformation;
using System.Text;
using CsCheck;

namespace OverlayBridge.Overlay.Records;

public sealed class BridgeRecordsTests
{
    private const string Key = "overlaybridge/v1/hosts/h1";

    private static readonly AttachmentRecord Db = new(
        "0eb37f9d8e", "appnet", "e1", "c1", "db", InterfaceAddress.Parse("10.60.0.3/24"),
        PhysicalAddress.Parse("02:42:0a:3c:00:03"), ["store"]);

    [Fact]
    public void Every_record_read_back_equals_what_was_written_and_is_written_the_same_again()
    {
        RoundTrips(SampleRecords.Host);
        RoundTrips(SampleRecords.Heartbeat);
        RoundTrips(SampleRecords.Container);
        RoundTrips(SampleRecords.Network);
        RoundTrips(SampleRecords.Attachment);
        RoundTrips(SampleRecords.Stitch);
        RoundTrips(SampleRecords.Exposure);
        RoundTrips(SampleRecords.Follow);
        RoundTrips(SampleRecords.Takeover);
        RoundTrips(SampleRecords.TakeoverHost);
        RoundTrips(SampleRecords.Progress);
        RoundTrips(SampleRecords.Alarms);
        RoundTrips(SampleRecords.Relay);
    }

    private static void RoundTrips<T>(Gen<T> records)
        where T : class, IBridgeRecord<T> =>
        records.Sample(
            record =>
            {
                var bytes = BridgeRecords.Encode(record);
                var read = BridgeRecords.Decode<T>(Key, bytes);
                Assert.Equal(record, read);
                Assert.Equal(record.GetHashCode(), read.GetHashCode());
                Assert.Equal(bytes, BridgeRecords.Encode(read));
            },
            iter: 200);

    [Fact]
    public void An_attachment_is_camel_case_JSON_with_its_format_version_first() =>
        Assert.Equal(
            """{"formatVersion":1,"networkId":"0eb37f9d8e","networkName":"appnet","endpointId":"e1","containerId":"c1","containerName":"db","address":"10.60.0.3/24","macAddress":"02:42:0a:3c:00:03","aliases":["store"],"ipv6Address":null}""",
            Encoding.UTF8.GetString(BridgeRecords.Encode(Db)));

    [Fact]
    public void States_are_lower_case_words()
    {
        var host = new HostRecord("h1", "ID", "20.10.5", IPAddress.Parse("172.31.0.1"), null, HostState.Lost, EngineState.Down, DateTimeOffset.UnixEpoch, "0.1.0");
        var json = Encoding.UTF8.GetString(BridgeRecords.Encode(host));
        Assert.Contains("\"state\":\"lost\",\"engine\":\"down\"", json);
    }

    [Fact]
    public void A_version_with_a_plus_sign_can_be_read_by_people()
    {
        var host = new HostRecord("h1", "ID", "20.10.5+dfsg1", IPAddress.Parse("172.31.0.1"), null, HostState.Up, EngineState.Up, DateTimeOffset.UnixEpoch, "0.1.0");
        Assert.Contains("20.10.5+dfsg1", Encoding.UTF8.GetString(BridgeRecords.Encode(host)));
    }

    [Fact]
    public void A_sequence_beyond_what_a_double_holds_survives()
    {
        var record = new HeartbeatRecord(3304740253564472344, DateTimeOffset.UnixEpoch);
        Assert.Equal(3304740253564472344u, BridgeRecords.Decode<HeartbeatRecord>(Key, BridgeRecords.Encode(record)).Sequence);
    }

    [Fact]
    public void A_field_of_a_later_program_is_passed_over()
    {
        var bytes = Encoding.UTF8.GetBytes("""{"formatVersion":1,"sequence":7,"at":"2026-01-01T00:00:00Z","mood":{"deep":[1]}}""");
        Assert.Equal(7u, BridgeRecords.Decode<HeartbeatRecord>(Key, bytes).Sequence);
    }

    [Theory]
    [InlineData("""{"formatVersion":1,"sequence":7,"at":"2026-01-01T00:00:00Z" """, 60L, "depth to be zero")]
    [InlineData("{\n\"formatVersion\":1,\n\"sequence\":\"x\"}", 35L, "sequence")]
    [InlineData("null", 0L, "null")]
    [InlineData("""{"formatVersion":1,"sequence":7}""", 32L, "at")]
    [InlineData("""{"formatVersion":2,"sequence":7,"at":"2026-01-01T00:00:00Z"}""", null, "formatVersion 2 is not 1")]
    [InlineData("""{"sequence":7,"sequence":8,"at":"2026-01-01T00:00:00Z"}""", 25L, "uplicate")]
    public void A_bad_value_is_reported_with_key_byte_offset_and_reason(string json, long? offset, string reason)
    {
        var error = Assert.Throws<BridgeRecordException>(() => BridgeRecords.Decode<HeartbeatRecord>(Key, Encoding.UTF8.GetBytes(json)));
        Assert.Equal(Key, error.Key);
        Assert.Equal(offset, error.ByteOffset);
        Assert.Contains(reason, error.Reason);
        Assert.StartsWith(Key, error.Message);
    }

    [Theory]
    [InlineData("10.60.0.3", "address")]
    [InlineData("10.60.0.3/33", "address")]
    [InlineData("10.60.0.300/24", "address")]
    public void An_address_that_is_none_is_reported_with_its_field(string address, string field)
    {
        var json = Encoding.UTF8.GetString(BridgeRecords.Encode(Db)).Replace("10.60.0.3/24", address);
        var error = Assert.Throws<BridgeRecordException>(() => BridgeRecords.Decode<AttachmentRecord>(Key, Encoding.UTF8.GetBytes(json)));
        Assert.StartsWith(field, error.Reason);
        Assert.Contains(address, error.Reason);
    }

    [Fact]
    public void A_value_over_the_limit_is_refused_unread()
    {
        var error = Assert.Throws<BridgeRecordException>(() => BridgeRecords.Decode<HostRecord>(Key, new byte[BridgeRecords.MaxValueLength + 1]));
        Assert.Contains("limit", error.Reason);
    }

    [Fact]
    public void Damaged_bytes_are_either_read_or_refused_with_the_one_documented_error() =>
        Gen.Select(SampleRecords.Attachment, Gen.Int[0, 400], Gen.Byte, Gen.Bool).Sample(
            (record, position, value, cut) =>
            {
                var bytes = BridgeRecords.Encode(record);
                position %= bytes.Length;
                if (cut)
                    bytes = bytes[..position];
                else
                    bytes[position] = value;
                try
                {
                    BridgeRecords.Decode<AttachmentRecord>(Key, bytes);
                }
                catch (BridgeRecordException e)
                {
                    Assert.Equal(Key, e.Key);
                    Assert.True(e.ByteOffset is null or >= 0 && (e.ByteOffset ?? 0) <= bytes.Length);
                }
            },
            iter: 5000);
}
