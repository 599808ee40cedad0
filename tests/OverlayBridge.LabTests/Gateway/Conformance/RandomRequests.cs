using System.Collections.Immutable;
using System.Text;

namespace OverlayBridge.LabTests.Gateway.Conformance;

/// <summary>
/// Random requests of Consul's API, right and wrong ones, on few keys, values and sessions, so that they meet each other. What needs more
/// than milliseconds to be seen (TTLs, lock-delays that end) is left to tests with a clock of their own.
/// </summary>
internal sealed class RandomRequests(int seed)
{
    private static readonly (string Url, string Text)[] Names =
    [
        ("a", "a"), ("a/", "a/"), ("a/b", "a/b"), ("a/b/c", "a/b/c"), ("ab", "ab"), ("b%20c", "b c"), ("d%2Fe", "d/e"), ("+", "+"),
        ("docker/nodes/10.0.0.1:2376", "docker/nodes/10.0.0.1:2376"),
        ("%D0%BA%D0%BB%D1%8E%D1%87", Encoding.Latin1.GetString("ключ"u8)),
        ("%3Ca%26b%3E", "\\u003ca\\u0026b\\u003e"),
    ];

    private static readonly string[] Numbers = ["0", "1", "42", "007", "18446744073709551615", "18446744073709551616", "-1", "abc", "", "0x10", "1e3", "%2B1"];

    /// <summary>Indexes that no key ever has, on either side, and what is no index.</summary>
    private static readonly string[] NoIndexes = ["0", "1", "001", "999999999", "18446744073709551615", "18446744073709551616", "-1", "abc", "", "0x10", "1e3", "%2B1"];

    private static readonly string[] Values = ["", "one", "two", "three", "\0\x01\xff", "{\"Count\":2}"];

    /// <summary>Lock-delays that end at once or after the test: a session's end and the next lock are never a race.</summary>
    private static readonly string[] Delays = ["\"0s\"", "\"60s\"", "\"1h\"", "60", "0"];

    private readonly Random _random = new(seed);
    private int _sessions;

    /// <summary>The keys, of this seed alone: in a URL, and (each byte a character) in JSON.</summary>
    public ImmutableArray<(string Url, string Text)> Keys { get; } = [.. Names.Select(name => ($"{seed}/{name.Url}", $"{seed}/{name.Text}"))];

    public RequestTemplate Next()
    {
        var request = _random.Next(100) switch
        {
            < 22 => Put(),
            < 44 => Get(),
            < 53 => Delete(),
            < 61 => Lock(),
            < 77 => Session(),
            < 93 => Transaction(),
            < 96 => Other(),
            _ => Wrong(),
        };
        return request with { Headers = [.. request.Headers, .. Sometimes(25, ("Accept-Encoding", "gzip"))] };
    }

    private RequestTemplate Put()
    {
        var value = Value();
        return new RequestTemplate("PUT", $"/v1/kv/{Url()}{Query([.. Sometimes(30, Flags()), .. Sometimes(35, Cas()), .. Common()])}", value)
        {
            Chunked = value is not null && Chance(4),
        };
    }

    private RequestTemplate Delete() => _random.Next(20) switch
    {
        < 5 => new("DELETE", $"/v1/kv/{Prefix()}{Query(["recurse", .. Sometimes(15, OtherCas()), .. Common()])}"),
        < 11 => new("DELETE", $"/v1/kv/{Url()}{Query([Cas(), .. Common()])}"),
        _ => new("DELETE", $"/v1/kv/{Url()}{Query(Common())}"),
    };

    private RequestTemplate Lock() => new(
        "PUT",
        $"/v1/kv/{Url()}{Query([$"{Pick("acquire", "acquire", "release")}={AnySession()}", .. Sometimes(20, Flags()), .. Sometimes(3, OtherCas()), .. Common()])}",
        Value());

    private RequestTemplate Get()
    {
        var form = _random.Next(10) switch
        {
            < 3 => Array.Empty<string>(),
            < 5 => ["raw"],
            < 8 => ["recurse"],
            8 => ["keys", .. Sometimes(60, $"{Pick("separator", "separator", "seperator")}={Pick("/", "b", "%2F", "", "/b")}")],
            _ => [Pick("keys=false", "recurse=0", "raw=")],
        };
        var place = form.Length > 0 && form[0] is not "raw" ? Prefix() : Url();
        return new RequestTemplate("GET", $"/v1/kv/{place}{Query([.. form, .. Sometimes(12, Blocking()), .. Common()])}");
    }

    private RequestTemplate Session() => _random.Next(12) switch
    {
        < 4 => Create(),
        4 or 5 => new("PUT", $"/v1/session/destroy/{AnySession()}{Query(Common())}"),
        6 or 7 => new("PUT", $"/v1/session/renew/{AnySession()}{Query(Common())}"),
        8 or 9 => new("GET", $"/v1/session/info/{AnySession()}{Query([.. Sometimes(10, Blocking()), .. Common()])}"),
        10 => new("GET", $"/v1/session/list{Query([.. Sometimes(10, Blocking()), .. Common()])}"),
        _ => new("GET", $"/v1/session/node/{Pick("nobody", "nobody", "")}{Query(Common())}"),
    };

    private RequestTemplate Create()
    {
        if (Chance(8))
            return new RequestTemplate("PUT", "/v1/session/create", Pick(null, "", "{", "[]", "null", "{\"TTL\":5}", "{\"TTL\":\"1s\"}", "{\"TTL\":\"x\"}",
                "{\"Behavior\":\"keep\"}", "{\"Node\":\"nobody\"}", "{\"Node\":\"\"}", "{\"Checks\":[\"none\"]}", "{\"LockDelay\":\"x\"}", "{\"LockDelay\":[1]}", "{\"Name\":1}"));
        _sessions++;
        string[] fields =
        [
            $"\"LockDelay\":{Pick(Delays)}",
            .. Sometimes(60, $"\"Behavior\":\"{Pick("delete", "release")}\""),
            .. Sometimes(50, $"\"TTL\":\"{Pick("1h", "24h", "3600s", "0", "")}\""),
            .. Sometimes(40, $"\"{Pick("Name", "name")}\":\"{Pick("lock", "<n>", "")}\""),
            .. Sometimes(10, "\"Checks\":[]"),
            .. Sometimes(10, "\"Unknown\":{\"a\":[1,null]}"),
        ];
        return new RequestTemplate("PUT", $"/v1/session/create{Query(Common())}", $"{{{string.Join(',', fields)}}}");
    }

    private RequestTemplate Transaction()
    {
        if (Chance(6))
            return new RequestTemplate("PUT", "/v1/txn", Pick("", "[]", "null", "{}", "[{}]", "[1]", "[{\"KV\":{\"Verb\":\"SET\",\"Key\":\"a\"}}]", "[{\"KV\":{\"Verb\":\"get\",\"Kay\":\"a\"}}]",
                "[{\"KV\":{\"Verb\":\"set\",\"Key\":\"a\",\"Value\":\"*\"}}]", "[{\"KV\":null}]", "[{\"KV\":{}}]", $"[{string.Join(',', Enumerable.Repeat("{\"KV\":{\"Verb\":\"get\",\"Key\":\"a\"}}", 65))}]"));
        var reads = Chance(25);
        var operations = Enumerable.Range(0, _random.Next(1, 6)).Select(_ => Operation(reads ? Pick("get", "get-tree") : Pick(
            "set", "set", "set", "cas", "cas", "lock", "unlock", "get", "get-tree", "check-index", "check-session", "check-not-exists", "delete", "delete-tree", "delete-cas")));
        return new RequestTemplate("PUT", $"/v1/txn{Query(Common())}", $"[{string.Join(',', operations)}]");
    }

    /// <summary>Never <c>delete-tree</c> of everything: after a set it kills Consul 1.8.7 for good.</summary>
    private string Operation(string verb)
    {
        var number = _random.Next(Keys.Length);
        var key = Chance(2) && verb != "delete-tree" ? "" : Keys[number].Text;
        string[] fields =
        [
            $"\"Verb\":\"{verb}\"", $"\"Key\":\"{key}\"",
            .. Sometimes(verb is "set" or "cas" or "lock" or "unlock" ? 90 : 5, $"\"Value\":\"{Convert.ToBase64String(Encoding.Latin1.GetBytes(Pick(Values)))}\""),
            .. Sometimes(20, $"\"Flags\":{Pick("0", "42", "18446744073709551615")}"),
            .. Sometimes(verb is "cas" or "delete-cas" or "check-index" ? 90 : 5, $"\"Index\":{Pick($"§m{number}§", $"§m{number}§", $"§m{number}§", "0", "1")}"),
            .. Sometimes(verb is "lock" or "unlock" or "check-session" ? 90 : 3, $"\"Session\":\"{AnySession()}\""),
        ];
        return $"{{\"KV\":{{{string.Join(',', fields)}}}}}";
    }

    private RequestTemplate Other() => new("GET", Pick("/v1/status/leader", "/v1/status/peers") + Query(Common()));

    private RequestTemplate Wrong() => _random.Next(8) switch
    {
        0 => new(Pick("HEAD", "POST", "PATCH", "OPTIONS", "GET", "PUT", "DELETE"), Pick("/v1/kv/a", "/v1/session/list", "/v1/session/create", "/v1/txn", "/v1/status/leader")),
        1 => new(Pick("GET", "PUT"), Pick("/v1/KV/a", "/v1/session/list/", "/v1/txn/", "/v2/kv/a", "/v1/overlay", "/v1")),
        2 => new("GET", Pick("/v1/kv//a", "/v1/kv/a/../b", "/v1/kv/./a?recurse", "/v1/kv/%2F%2Fa", "/v1/kv", "/v1/session/info", "/v1/kv/a//b?x=%41")),
        3 => new("GET", Pick("/v1/kv/a%00b", "/v1/kv/%C2%A0", "/v1/kv/a%0A", "/v1/kv/%E2%80%8B")),
        4 => new("GET", $"/v1/kv/a?{Pick("recurse=%zz", "index=x", "index=-1", "wait=1", "wait=x", "max_stale=abc", "stale&consistent", "cached&consistent", "ns=x", "dc=dc2", "index=1&wait=-1s")}"),
        5 => new("PUT", $"/v1/kv/{Url()}?cas=0&acquire=x", "v"),
        6 => new("GET", "/v1/kv/a") { Headers = [("Cache-Control", Pick("max-age=x", "max-age=5", "stale-if-error=", "no-cache"))] },
        _ => new("PUT", Pick("/v1/kv/a", "/v1/kv/", "/v1/txn"), Pick("x", new string('x', 524_288), new string('y', 524_289))),
    };

    private string[] Blocking() => [$"index={Pick("§x§", "§x§", "1", "0", "999999999")}", $"wait={Pick("5ms", "20ms", "0.01s")}"];

    /// <summary>Parameters that all routes take.</summary>
    private string[] Common() =>
        [.. Sometimes(12, Pick("stale", "consistent", "consistent=", "dc=dc1", "pretty", "cached", "token=x", "unknown=1", "dc=dc9", "max_stale=1s", "stale&consistent"))];

    private string Flags() => $"flags={(Chance(80) ? Pick("0", "42", "3304740253564472344", "18446744073709551615") : Pick(Numbers))}";

    private string Cas() => $"cas={(Chance(65) ? $"§m{_random.Next(Keys.Length)}§" : Pick(NoIndexes))}";

    /// <summary>For where Consul repeats it in an error.</summary>
    private string OtherCas() => $"cas={Pick(NoIndexes)}";

    private string AnySession() => Chance(90) && _sessions > 0 ? $"§s{_random.Next(Math.Max(0, _sessions - 6), _sessions)}§" : Pick("", "short", "b0b2ad8c-7f2e-4a4e-9f4b-6c1f2d3e4a5b");

    private string Url() => Chance(98) ? Keys[_random.Next(Keys.Length)].Url : Pick("", $"{seed}/%FF", "a%2", $"{seed}/%3F", "missing");

    /// <summary>Never the root: the bridge's own records are there too.</summary>
    private string Prefix() => $"{seed}/{Pick("a", "a/", "a/b", "d", "docker/", "none", "", "%D0%BA")}";

    private string? Value() => Chance(3) ? null : Pick(Values);

    private static string Query(string[] parameters) => parameters.Length == 0 ? "" : "?" + string.Join('&', parameters);

    private T[] Sometimes<T>(int percent, params T[] parts) => Chance(percent) ? parts : [];

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
