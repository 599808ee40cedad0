using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Gateway.Go;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Store.Durations;
using OverlayBridge.Store.State;

namespace OverlayBridge.Gateway.Sessions;

/// <summary>The body of <c>PUT /v1/session/create</c>: every field may be absent, names count in any casing.</summary>
internal static class SessionRequest
{
    private const string SerfHealth = "serfHealth";
    private const long Second = 1_000_000_000;
    private const long DefaultLockDelay = 15 * Second;

    /// <summary>A smaller number means seconds, as clients once sent them.</summary>
    private const long LeastNanoseconds = 1000;

    private static readonly TimeSpan MaxTtl = TimeSpan.FromHours(24);

    /// <param name="body">Empty: all is as by default.</param>
    /// <returns>The session without id and indexes.</returns>
    /// <exception cref="RefusedException">400: no such request; 500: a session that cannot be.</exception>
    public static StoreSession Parse(ReadOnlySpan<byte> body, string id, string nodeName, TimeSpan minTtl)
    {
        var session = new StoreSession(id, "", nodeName, DefaultLockDelay, "release", "", [SerfHealth], 0, 0) { Imported = false };
        ImmutableArray<string> required = [];
        if (!body.IsEmpty)
            (session, required) = Decode(body, session);
        return Check(session with { LockDelay = Nanoseconds(session.LockDelay) }, required, nodeName, minTtl);
    }

    private static (StoreSession Session, ImmutableArray<string> Required) Decode(ReadOnlySpan<byte> body, StoreSession session)
    {
        try
        {
            return GoJsonReader.Read(body) switch
            {
                GoValue.Null => (session, []),
                GoValue.Object given => Decode(given, session),
                var other => throw new GoJsonException(
                    $"json: cannot unmarshal {other.Kind} into Go value of type struct {{ LockDelay interface {{}}; *structs.Alias }}"),
            };
        }
        catch (GoJsonException e)
        {
            throw new RefusedException(400, $"Request decode failed: {e.Message}");
        }
    }

    private static (StoreSession Session, ImmutableArray<string> Required) Decode(GoValue.Object given, StoreSession session)
    {
        ImmutableArray<string> services = [];
        foreach (var (name, value) in given.Fields)
        {
            switch (name.ToUpperInvariant())
            {
                case "NAME":
                    session = session with { Name = Text(value, ".Name of type string", session.Name) };
                    break;
                case "NODE":
                    session = session with { Node = Text(value, ".Node of type string", session.Node) };
                    break;
                case "BEHAVIOR":
                    session = session with { Behavior = Text(value, ".Behavior of type structs.SessionBehavior", session.Behavior) };
                    break;
                case "TTL":
                    session = session with { Ttl = Text(value, ".TTL of type string", session.Ttl) };
                    break;
                case "LOCKDELAY":
                    session = session with { LockDelay = LockDelay(value, session.LockDelay) };
                    break;
                case "CHECKS":
                    session = session with { NodeChecks = Checks(value, ".Checks of type []types.CheckID") };
                    break;
                case "NODECHECKS":
                    session = session with { NodeChecks = Checks(value, ".NodeChecks of type []string") };
                    break;
                case "SERVICECHECKS":
                    services = ServiceChecks(value);
                    break;
            }
        }
        return (session, [.. session.NodeChecks.Where(check => check != SerfHealth), .. services]);
    }

    /// <param name="required">Checks that would have to be registered; there are none but serfHealth here.</param>
    private static StoreSession Check(StoreSession session, ImmutableArray<string> required, string nodeName, TimeSpan minTtl)
    {
        if (session.Node.Length == 0)
            throw new RefusedException(500, "Must provide Node");
        if (session.Behavior.Length == 0)
            session = session with { Behavior = "release" };
        if (session.Behavior is not ("release" or "delete"))
            throw new RefusedException(500, $"Invalid Behavior setting '{session.Behavior}'");
        CheckTtl(session.Ttl, minTtl);
        if (session.Node != nodeName)
            throw new RefusedException(500, "Missing node registration");
        if (!required.IsEmpty)
            throw new RefusedException(500, $"Missing check '{required[0]}' registration");
        return session;
    }

    private static void CheckTtl(string text, TimeSpan minTtl)
    {
        if (text.Length == 0)
            return;
        if (!GoDuration.TryParse(text, out long nanoseconds))
            throw new RefusedException(500, $"Session TTL '{text}' invalid: {DurationFault(text)}");
        if (nanoseconds != 0 && (nanoseconds < minTtl.TotalNanoseconds || nanoseconds > MaxTtl.TotalNanoseconds))
            throw new RefusedException(500, string.Create(
                CultureInfo.InvariantCulture, $"Invalid Session TTL '{nanoseconds}', must be between [{GoDuration.Format(minTtl)}={GoDuration.Format(MaxTtl)}]"));
    }

    private static long LockDelay(GoValue value, long otherwise) => value switch
    {
        GoValue.Null => otherwise,
        GoValue.Text text => GoDuration.TryParse(text.ToString(), out long nanoseconds)
            ? nanoseconds
            : throw new GoJsonException(DurationFault(text.ToString())),
        GoValue.Number number => (long)Math.Clamp(double.Parse(number.Digits, CultureInfo.InvariantCulture), long.MinValue, long.MaxValue),
        _ => 0,
    };

    private static long Nanoseconds(long lockDelay) =>
        lockDelay is > 0 and < LeastNanoseconds ? lockDelay * Second : lockDelay;

    private static string DurationFault(string text) => text.Length > 0 && char.IsAsciiDigit(text[^1]) && text.All(c => char.IsAsciiDigit(c) || c is '.' or '-' or '+')
        ? $"time: missing unit in duration {GoText.Quote(text)}"
        : $"time: invalid duration {GoText.Quote(text)}";

    private static string Text(GoValue value, string field, string otherwise) => value switch
    {
        GoValue.Text text => text.ToString(),
        GoValue.Null => otherwise,
        _ => throw Mismatch(value, field),
    };

    private static ImmutableArray<string> Checks(GoValue value, string field) => value switch
    {
        GoValue.Array list => [.. list.Items.Select(item => Text(item, field.Replace("[]", "", StringComparison.Ordinal), ""))],
        GoValue.Null => [],
        _ => throw Mismatch(value, field),
    };

    private static ImmutableArray<string> ServiceChecks(GoValue value) => value switch
    {
        GoValue.Array list =>
        [
            .. list.Items.OfType<GoValue.Object>().Select(item =>
                item.Fields.FirstOrDefault(field => field.Name.Equals("ID", StringComparison.OrdinalIgnoreCase)).Value is GoValue.Text id ? id.ToString() : ""),
        ],
        GoValue.Null => [],
        _ => throw Mismatch(value, ".ServiceChecks of type []structs.ServiceCheck"),
    };

    private static GoJsonException Mismatch(GoValue value, string field) => new($"json: cannot unmarshal {value.Kind} into Go struct field {field}");
}
