using System.Globalization;
using OverlayBridge.Gateway.Go;
using OverlayBridge.Gateway.Kv;
using OverlayBridge.Gateway.Sessions;
using OverlayBridge.Store.History;
using OverlayBridge.Store.State;

namespace OverlayBridge.Gateway.History;

/// <summary>A page of changes as JSON. A change has a <c>Key</c> or a <c>Session</c>; <c>Before</c> and <c>After</c> are null where there was none.</summary>
internal static class HistoryJson
{
    public static void Write(GoJson json, StoreState state, IEnumerable<(ulong Sequence, RecordedChange Change)> changes, ulong? next)
    {
        json.BeginObject();
        Number(json, "Index"u8, state.Index);
        Number(json, "ReachesBackTo"u8, state.History.Floor);
        Number(json, "Remembered"u8, (ulong)state.History.Count);
        json.Name("Changes"u8);
        json.BeginArray();
        foreach (var (sequence, change) in changes)
            Write(json, sequence, change);
        json.EndArray();
        json.Name("Next"u8);
        if (next is { } below)
            json.Number(below);
        else
            json.Null();
        json.EndObject();
    }

    private static void Write(GoJson json, ulong sequence, RecordedChange change)
    {
        json.BeginObject();
        Number(json, "Sequence"u8, sequence);
        Number(json, "Index"u8, change.Index);
        json.Name("Time"u8);
        if (change.At > 0)
            json.Text(DateTimeOffset.FromUnixTimeMilliseconds(change.At).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        else
            json.Null();
        Write(json, change.By);
        if (change is RecordedKeyChange key)
        {
            json.Name("Key"u8);
            json.Text(key.Key.Span);
            Write(json, key.Before, key.After, KeyValueEndpoint.Write);
        }
        else if (change is RecordedSessionChange session)
        {
            Text(json, "Session"u8, session.Id);
            Write(json, session.Before, session.After, SessionEndpoint.Write);
        }
        json.EndObject();
    }

    private static void Write(GoJson json, Origin by)
    {
        json.Name("By"u8);
        json.BeginObject();
        Text(json, "Kind"u8, KindOf(by.Kind));
        Text(json, "Name"u8, by.Name);
        Text(json, "TokenID"u8, by.TokenId);
        Text(json, "Address"u8, by.Address);
        Text(json, "Program"u8, by.Program);
        json.EndObject();
    }

    private static void Write<T>(GoJson json, T? before, T? after, Action<GoJson, T> write)
        where T : class
    {
        json.Name("Before"u8);
        OrNull(before);
        json.Name("After"u8);
        OrNull(after);

        void OrNull(T? state)
        {
            if (state is null)
                json.Null();
            else
                write(json, state);
        }
    }

    private static string KindOf(OriginKind kind) => kind switch
    {
        OriginKind.Client => "client",
        OriginKind.Engine => "engine",
        OriginKind.Agent => "agent",
        OriginKind.Operator => "operator",
        OriginKind.Reader => "reader",
        OriginKind.Import => "import",
        OriginKind.Expiry => "expiry",
        OriginKind.Control => "control",
        OriginKind.Restore => "restore",
        _ => "unknown",
    };

    private static void Number(GoJson json, ReadOnlySpan<byte> name, ulong value)
    {
        json.Name(name);
        json.Number(value);
    }

    private static void Text(GoJson json, ReadOnlySpan<byte> name, string value)
    {
        json.Name(name);
        json.Text(value);
    }
}
