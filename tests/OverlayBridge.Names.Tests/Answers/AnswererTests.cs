using System.Net;
using ARSoft.Tools.Net.Dns;
using CsCheck;
using OverlayBridge.Names.Answers;
using OverlayBridge.Names.Messages;
using OverlayBridge.Names.Views;
using RecordType = OverlayBridge.Names.Messages.RecordType;

namespace OverlayBridge.Names.Tests.Answers;

public sealed class AnswererTests
{
    private static readonly NameClient First = Sample.View().ClientAt(Sample.OnFirst);

    [Theory]
    [InlineData("db", "10.60.0.2")]
    [InlineData("DB", "10.60.0.2")]
    [InlineData("database", "10.60.0.2")]
    [InlineData("app_db", "10.60.0.2")]
    [InlineData("db.appnet", "10.60.0.2")]
    [InlineData("web", "10.60.0.130")]
    [InlineData("api.2.j7", "10.60.0.131")]
    public void Names_and_aliases_of_both_sides_have_their_address(string name, string address) =>
        Assert.Equal([address], Ask(name, RecordType.A, First).Addresses);

    [Theory]
    [InlineData("api")]
    [InlineData("tasks.api")]
    [InlineData("api.appnet")]
    [InlineData("tasks.api.appnet")]
    public void Each_task_of_a_service_comes_first_in_its_turn(string name)
    {
        var firsts = Enumerable.Range(0, 6).Select(turn => Ask(name, RecordType.A, First, (uint)turn).Addresses).ToList();

        Assert.All(firsts, addresses => Assert.Equal(["10.60.0.131", "10.60.0.132", "10.60.0.133"], addresses.Order()));
        Assert.Equal(["10.60.0.131", "10.60.0.132", "10.60.0.133", "10.60.0.131", "10.60.0.132", "10.60.0.133"], firsts.Select(addresses => addresses[0]));
    }

    [Theory]
    [InlineData(RecordType.Aaaa)]
    [InlineData((RecordType)15)]
    [InlineData((RecordType)65)]
    public void A_known_name_has_nothing_of_other_types_and_that_is_no_error(RecordType type)
    {
        var answer = Ask("db", type, First);

        Assert.Equal((AnswerKind.Empty, ReturnCode.NoError, 0), (answer.Kind, answer.Message!.ReturnCode, answer.Message.AnswerRecords.Count));
    }

    [Fact]
    public void A_container_knows_the_names_of_its_own_networks_only()
    {
        var view = Sample.View();

        Assert.Equal(["10.61.0.3"], Ask("db", RecordType.A, view.ClientAt(Sample.OnSecond)).Addresses);
        Assert.Equal(ReturnCode.NxDomain, Ask("store", RecordType.A, First).Message!.ReturnCode);
        Assert.Equal(ReturnCode.NxDomain, Ask("db", RecordType.A, view.ClientAt(Sample.OnNone)).Message!.ReturnCode);
        Assert.Equal(["10.60.0.2", "10.61.0.3"], Ask("db", RecordType.A, view.ClientAt(IPAddress.Parse("172.18.0.99"))).Addresses);
    }

    [Theory]
    [InlineData("2.0.60.10.in-addr.arpa", "db.appnet.")]
    [InlineData("131.0.60.10.IN-ADDR.ARPA", "api.2.j7.appnet.")]
    public void An_address_has_its_containers_name(string name, string expected) =>
        Assert.Equal(expected, Assert.IsType<PtrRecord>(Assert.Single(Ask(name, RecordType.Ptr, First).Message!.AnswerRecords)).PointerDomainName.ToString());

    [Theory]
    [InlineData("9.0.60.10.in-addr.arpa", AnswerKind.Unknown)]
    [InlineData("2.0.61.10.in-addr.arpa", AnswerKind.Forward)]
    [InlineData("8.8.8.8.in-addr.arpa", AnswerKind.Forward)]
    [InlineData("0.60.10.in-addr.arpa", AnswerKind.Forward)]
    [InlineData("2.0.60.256.in-addr.arpa", AnswerKind.Forward)]
    [InlineData("1.2.0.60.10.in-addr.arpa", AnswerKind.Forward)]
    [InlineData("in-addr.arpa", AnswerKind.Forward)]
    [InlineData("example.com", AnswerKind.Forward)]
    [InlineData("nas", AnswerKind.Forward)]
    [InlineData("", AnswerKind.Forward)]
    public void What_nobody_here_can_know_is_forwarded_and_a_free_address_of_ours_is_not(string name, AnswerKind kind) =>
        Assert.Equal(kind, Ask(name, RecordType.Ptr, Sample.View(new IPEndPoint(IPAddress.Loopback, 53)).ClientAt(Sample.OnFirst)).Kind);

    [Fact]
    public void Without_servers_to_ask_a_short_name_is_unknown_and_a_long_one_fails()
    {
        Assert.Equal((AnswerKind.Unknown, ReturnCode.NxDomain), Outcome(Ask("nobody", RecordType.A, First)));
        Assert.Equal((AnswerKind.Failed, ReturnCode.ServerFailure), Outcome(Ask("example.com", RecordType.A, First)));
    }

    [Fact]
    public void Before_anything_is_known_a_short_name_is_not_said_to_be_unknown()
    {
        var empty = NameView.Empty with { Others = new([], [new IPEndPoint(IPAddress.Loopback, 53)]) };

        Assert.Equal((AnswerKind.Failed, ReturnCode.ServerFailure), Outcome(Ask("db", RecordType.A, empty.Others, view: empty)));
        Assert.Equal(AnswerKind.Forward, Ask("example.com", RecordType.A, empty.Others, view: empty).Kind);
    }

    [Fact]
    public void A_later_version_of_EDNS_is_told_which_one_is_spoken()
    {
        var answer = Ask("db", RecordType.A, First, edns: 4096, version: 1);

        Assert.Equal(ReturnCode.BadVersion, answer.Message!.ReturnCode);
        Assert.True(answer.Message.IsEDnsEnabled);
    }

    [Theory]
    [InlineData(null, 512)]
    [InlineData(100, 512)]
    [InlineData(700, 700)]
    [InlineData(4096, DnsResponse.OwnUdpLength)]
    public void An_answer_that_does_not_fit_is_cut_and_marked_and_by_TCP_it_is_whole(int? edns, int limit)
    {
        var many = new NameClient(
            [new NetworkNames("n", [IPNetwork.Parse("10.0.0.0/16")], Enumerable.Range(1, 2000).Select(n => Sample.Endpoint($"c{n}", $"10.0.{n / 250}.{(n % 250) + 1}", service: "many")))], []);
        var query = Bytes.Query("many", RecordType.A, ednsLength: edns);
        var response = new byte[Answerer.TcpLength];

        var cut = Answerer.Answer(query, Sample.View(), many, 7, byTcp: false, response.AsSpan(0, DnsResponse.OwnUdpLength));
        var (length, truncated, code) = (cut.Length, Bytes.IsTruncated(response), Bytes.Code(response));
        var whole = Answerer.Answer(query, Sample.View(), many, 7, byTcp: true, response);

        Assert.InRange(length, limit - 16, limit);
        Assert.True(truncated);
        Assert.Equal(ResponseCode.NoError, code);
        Assert.False(Bytes.IsTruncated(response));
        Assert.Equal(2000, DnsMessage.Parse(new ArraySegment<byte>(response, 0, whole.Length)).AnswerRecords.OfType<ARecord>().Select(record => record.Address).Distinct().Count());
    }

    [Fact]
    public void Another_implementation_reads_every_answer_as_it_was_meant() =>
        (from name in Gen.OneOf("db", "Web", "api", "tasks.api", "store", "gone", "2.0.60.10.in-addr.arpa", "9.0.60.10.in-addr.arpa", "db.appnet")
         from type in Gen.OneOf(RecordType.A, RecordType.Aaaa, RecordType.Ptr, RecordType.Any)
         from edns in Gen.Int[0, 5000].Nullable()
         from id in Gen.UShort
         select (name, type, edns, id)).Sample(given =>
        {
            var answer = Ask(given.name, given.type, Sample.View().Others, 3, given.edns, id: given.id);

            Assert.Equal(given.id, answer.Message!.TransactionID);
            Assert.Equal(given.name, Assert.Single(answer.Message.Questions).Name.ToString().TrimEnd('.'));
            Assert.Equal(given.edns is not null, answer.Message.IsEDnsEnabled);
            Assert.True(answer.Message is { IsQuery: false, IsRecursionAllowed: true, IsRecursionDesired: true, IsTruncated: false });
            Assert.All(answer.Message.AnswerRecords, record => Assert.Equal(0, record.TimeToLive));
            Assert.Equal(answer.Kind == AnswerKind.Found, answer.Message.AnswerRecords.Count > 0);
        });

    private static (AnswerKind Kind, ReturnCode Code) Outcome(Asked asked) => (asked.Kind, asked.Message!.ReturnCode);

    private static Asked Ask(
        string name, RecordType type, NameClient client, uint turn = 0, int? edns = null, byte version = 0, ushort id = 7, NameView? view = null)
    {
        var response = new byte[DnsResponse.OwnUdpLength];
        var answer = Answerer.Answer(Bytes.Query(name, type, id, edns, version), view ?? Sample.View(), client, turn, byTcp: false, response);
        return new(answer.Kind, answer.Length == 0 ? null : DnsMessage.Parse(new ArraySegment<byte>(response, 0, answer.Length)));
    }

    private sealed record Asked(AnswerKind Kind, DnsMessage? Message)
    {
        public IReadOnlyList<string> Addresses => [.. Message!.AnswerRecords.Cast<ARecord>().Select(record => record.Address.ToString())];
    }
}
