using System.Text;
using CsCheck;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Gateway.Import;
using OverlayBridge.Store.Commands;
using OverlayBridge.Store.Keys;
using OverlayBridge.Store.State;

namespace OverlayBridge.Gateway.Tests.Import;

public sealed class ImportLinesTests
{
    [Fact]
    public void Every_kind_of_line_is_read()
    {
        var import = Parse("""
            {"Op":"set","Key":"a/é","Value":"AP8=","Flags":18446744073709551615,"CreateIndex":5,"ModifyIndex":7,"LockIndex":1,"Session":"s1"}
            {"Op":"set","Key":"b","Value":null,"Flags":0,"CreateIndex":0,"ModifyIndex":0,"LockIndex":0,"Session":null}

            {"Op":"delete","Key":"c","Index":9}
            {"Op":"session","ID":"s1","Name":"n","Node":"h1","LockDelay":1000000,"Behavior":"delete","TTL":"30s","NodeChecks":["serfHealth"],"CreateIndex":3,"ModifyIndex":4}
            {"Op":"session-delete","ID":"s2","Index":10}
            {"Op":"index","Index":4000}
            """);
        Assert.Equal(
            new ImportCommand(
            [
                new ImportSet(new StoreEntry(StoreKey.FromText("a/é"), [0x00, 0xFF], ulong.MaxValue, 1, "s1", 5, 7)),
                new ImportSet(new StoreEntry(StoreKey.FromText("b"), [], 0, 0, null, 0, 0)),
                new ImportDelete(StoreKey.FromText("c"), 9),
                new ImportSession(new StoreSession("s1", "n", "h1", 1000000, "delete", "30s", ["serfHealth"], 3, 4)),
                new ImportSessionDelete("s2", 10),
                new ImportIndex(4000),
            ]),
            import);
    }

    [Theory]
    [InlineData("nonsense", "Import line 2: ")]
    [InlineData("[]", "Import line 2: a JSON object must stand here")]
    [InlineData("{}", "Import line 2: \"Op\" must be a string")]
    [InlineData("""{"Op":"put"}""", "Import line 2: \"put\" is no Op: set, delete, session, session-delete or index")]
    [InlineData("""{"Op":"index","Index":-1}""", "Import line 2: \"Index\" must be a whole number from 0 to 2^64-1")]
    [InlineData("""{"Op":"index","Index":"1"}""", "Import line 2: \"Index\" must be a whole number from 0 to 2^64-1")]
    [InlineData("""{"Op":"index","Index":1,"Indx":2}""", "Import line 2: \"Indx\" is not known here")]
    [InlineData("""{"Op":"delete","Key":"","Index":1}""", "Import line 2: \"Key\" is empty")]
    [InlineData("""{"Op":"delete","Key":"overlaybridge/v1/hosts/h","Index":1}""", "Import line 2: \"overlaybridge/v1/hosts/h\" belongs to the bridge itself and cannot be imported")]
    [InlineData("""{"Op":"set","Key":"a","Value":"%%","Flags":0,"CreateIndex":1,"ModifyIndex":1,"LockIndex":0}""", "Import line 2: \"Value\" must be base64 or null")]
    [InlineData("""{"Op":"set","Key":"a","Flags":0,"CreateIndex":1,"ModifyIndex":1,"LockIndex":0}""", "Import line 2: \"Value\" is missing")]
    [InlineData("""{"Op":"set","Key":"a","Value":null,"CreateIndex":1,"ModifyIndex":1,"LockIndex":0}""", "Import line 2: \"Flags\" must be a whole number from 0 to 2^64-1")]
    public void A_wrong_line_is_refused_by_number_and_reason(string line, string message)
    {
        var error = Assert.Throws<RefusedException>(() => Parse("{\"Op\":\"index\",\"Index\":1}\n" + line));
        Assert.Equal(400, error.Answer.Status);
        Assert.StartsWith(message, Encoding.UTF8.GetString(error.Answer.Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_over_the_limit_is_refused()
    {
        var value = Convert.ToBase64String(new byte[512 * 1024 + 1]);
        var error = Assert.Throws<RefusedException>(() => Parse($$"""{"Op":"set","Key":"a","Value":"{{value}}","Flags":0,"CreateIndex":1,"ModifyIndex":1,"LockIndex":0}"""));
        Assert.Contains("524289 bytes", Encoding.UTF8.GetString(error.Answer.Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_lines_are_taken_and_one_more_is_too_many()
    {
        const string Line = "{\"Op\":\"index\",\"Index\":1}\n";
        Assert.Equal(10_000, Parse(string.Concat(Enumerable.Repeat(Line, 10_000))).Operations.Length);
        Assert.Equal(413, Assert.Throws<RefusedException>(() => Parse(string.Concat(Enumerable.Repeat(Line, 10_001)))).Answer.Status);
    }

    [Fact]
    public void No_bytes_make_it_throw_anything_but_the_refusal()
    {
        var word = Gen.OneOf("\"Op\"", ":", ",", "{", "}", "[", "]", "\"set\"", "\"session\"", "\"index\"", "\"Index\"", "\"Key\"", "\"ID\"",
            "\"NodeChecks\"", "\"LockDelay\"", "1e400", "-1", "18446744073709551616", "null", "\"\\ud800\"", "\"a\"", "\n");
        Gen.OneOf(Gen.Byte.Array[0, 60], word.Array[0, 30].Select(words => Encoding.UTF8.GetBytes(string.Concat(words)))).Sample(bytes =>
        {
            try
            {
                ImportLines.Parse(bytes);
            }
            catch (RefusedException e)
            {
                Assert.Equal(400, e.Answer.Status);
            }
        });
    }

    private static ImportCommand Parse(string body) => ImportLines.Parse(Encoding.UTF8.GetBytes(body));
}
