namespace OverlayBridge.Sources.ZooKeeper;

/// <summary>What went wrong with a ZooKeeper, in words.</summary>
internal static class ZooKeeperErrors
{
    public static SourceException Refused(string store, string what, RefusedException error) => error.Code is RefusedException.NoAuth or RefusedException.AuthFailed
        ? new($"{store} denies access.", $"{what}: {error.Message}", "Set ZOOKEEPER_DIGEST to USER:PASSWORD of a user who may read and write these nodes, or give --secret-file.", error)
        : new($"{store} refuses a request.", $"{what}: {error.Message}", "See the server's log.", error);

    public static SourceException Unreachable(string store, List<(ServerAddress Server, Exception Error)> failures) =>
        failures.TrueForAll(static failure => failure.Error is SessionLostException { IsBusy: true })
            ? new($"{store} has no leader.", Text(failures), "See that a majority of its servers runs and that they reach each other, then try again.", failures[^1].Error)
            : failures.Exists(static failure => failure.Error is ProtocolException)
                ? new($"{store} does not answer as ZooKeeper does.", Text(failures), "Check host and port: it must be the port for clients, without TLS (2181 by default).", failures[^1].Error)
                : new($"{store} cannot be reached.", Text(failures), "Check that it runs, and that host, port and firewall are right.", failures[^1].Error);

    public static SourceException Lost(string store, Exception error) => error is ProtocolException
        ? new($"{store} does not answer as ZooKeeper does.", $"{Sentence(error.Message)}.", "Check host and port, and the limits of a node's data and number of children.", error)
        : new($"{store} was lost.", $"{Sentence(error.Message)}.", "Check that it runs, then try again.", error);

    public static SourceException UnknownOutcome(string store, string path, Exception error) => new(
        $"{store} was lost during a write.", $"{path}: {error.Message}. It may have been written or not.", "Read the key again before you repeat the write.", error);

    public static SourceException TooLarge(string store, string limit) => new(
        $"{store} gives more than is taken.", $"It holds more than {limit}.", "Read a part of it with --prefix.");

    private static string Text(List<(ServerAddress Server, Exception Error)> failures) =>
        string.Join("; ", failures.Select(static failure => $"{failure.Server}: {failure.Error.Message}"));

    private static string Sentence(string text) => text.Length == 0 ? "The connection ended" : $"{char.ToUpperInvariant(text[0])}{text[1..].TrimEnd('.')}";
}
