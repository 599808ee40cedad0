using System.Globalization;
using System.Text;

namespace OverlayBridge.Benchmarks.Gateway;

/// <summary>Requests as bytes. Of most only digits are changed in place from one to the next.</summary>
internal sealed class Requests
{
    public const int ValueBytes = 256;

    /// <summary>Go sends an answer above 2 KiB in chunks, which the client does not read.</summary>
    public const int KeysPerTransaction = 16;

    private const string Digits = "00000000";

    private readonly byte[] _bytes;
    private readonly int _key;
    private readonly int _value;

    private Requests(string text)
    {
        _bytes = Encoding.ASCII.GetBytes(text);
        _key = text.IndexOf(Digits, StringComparison.Ordinal);
        _value = text.LastIndexOf(Digits, StringComparison.Ordinal);
    }

    public static Requests Write(string query) => new(Put($"/v1/kv/bench/k{Digits}{query}", Value(0)));

    public static Requests Read(string query) => new(Get($"/v1/kv/bench/k{Digits}{query}"));

    /// <summary>For a key, with a value that no other has: a write of the same value would be none.</summary>
    public ReadOnlyMemory<byte> For(int key, long value)
    {
        Set(_key, key);
        if (_value != _key)
            Set(_value, value);
        return _bytes;
    }

    /// <summary>Writes many keys at once.</summary>
    public static byte[] Fill(IEnumerable<int> keys)
    {
        var operations = keys.Select(static key => $$$"""{"KV":{"Verb":"set","Key":"bench/k{{{key:D8}}}","Value":"{{{Convert.ToBase64String(Encoding.ASCII.GetBytes(Value(key)))}}}"}}""");
        return Encoding.ASCII.GetBytes(Put("/v1/txn", $"[{string.Join(',', operations)}]"));
    }

    public static byte[] News(long value) => Encoding.ASCII.GetBytes(Put("/v1/kv/watched/key", Value(value)));

    /// <param name="index">0: answered at once.</param>
    public static byte[] Watch(ulong index) => Encoding.ASCII.GetBytes(Get(string.Create(CultureInfo.InvariantCulture, $"/v1/kv/watched/?recurse&wait=300s&index={index}")));

    private static string Put(string target, string body) => $"PUT {target} HTTP/1.1\r\nHost: bench\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static string Get(string target) => $"GET {target} HTTP/1.1\r\nHost: bench\r\n\r\n";

    private static string Value(long number) => number.ToString("D8", CultureInfo.InvariantCulture).PadRight(ValueBytes, 'v');

    private void Set(int at, long number)
    {
        for (int i = at + Digits.Length - 1; i >= at; i--, number /= 10)
            _bytes[i] = (byte)('0' + number % 10);
    }
}
