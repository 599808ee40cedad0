namespace OverlayBridge.Sources;

/// <summary>A store's token or password: from where it may come, and what it may be. It is in no message.</summary>
internal static class StoreSecret
{
    private const int MaxFileBytes = 4096;

    /// <summary>For Consul or a bridge: sent as a header. Consul's is never sent to a bridge.</summary>
    /// <exception cref="SourceException">It cannot be read, or cannot be a token.</exception>
    public static string? Token(StateScheme scheme, SourceOptions options)
    {
        var consul = scheme == StateScheme.Consul;
        var variable = consul ? "CONSUL_HTTP_TOKEN" : "OVERLAYBRIDGE_TOKEN";
        var (token, origin) = options.Token is { } given ? (given, "The token")
            : consul && options.SecretFile is { } file ? (Read(file), $"What stands in {file}")
            : !consul && options.BridgeTokenFile is { } own ? (Read(own), $"What stands in {own}")
            : options.Environment(variable) is { Length: > 0 } set ? (set, variable)
            : options.Environment($"{variable}_FILE") is { Length: > 0 } named ? (Read(named), $"What stands in {named}")
            : ("", "");
        if (token.Length == 0)
            return null;
        return token.All(static c => c is > ' ' and < '\u007f')
            ? token
            : throw new SourceException(
                $"{origin} is no token.",
                "It holds spaces or characters that cannot stand in an HTTP header.",
                "Give the token alone, without quotes or line ends.");
    }

    /// <summary><c>USER:PASSWORD</c> for etcd or ZooKeeper.</summary>
    /// <exception cref="SourceException">It cannot be read, or has another form.</exception>
    public static string? Credentials(StateScheme scheme, SourceOptions options)
    {
        var (text, origin) = options.SecretFile is { } file ? (Read(file), $"What stands in {file}")
            : scheme == StateScheme.ZooKeeper ? (options.Environment("ZOOKEEPER_DIGEST") ?? "", "ZOOKEEPER_DIGEST")
            : (EtcdUser(options.Environment), "ETCDCTL_USER");
        if (text.Length == 0)
            return null;
        return text.IndexOf(':', StringComparison.Ordinal) > 0 && !text.Any(char.IsControl)
            ? text
            : throw new SourceException($"{origin} is no user with a password.", "It has not the form USER:PASSWORD.", "Give both with a colon between them, without quotes or line ends.");
    }

    /// <summary>etcdctl takes the password behind a colon or from a variable of its own; the user under the name of either generation.</summary>
    private static string EtcdUser(Func<string, string?> environment)
    {
        var user = environment("ETCDCTL_USER") is { Length: > 0 } set ? set : environment("ETCDCTL_USERNAME") ?? "";
        return user.Length > 0 && !user.Contains(':') && environment("ETCDCTL_PASSWORD") is { } password ? $"{user}:{password}" : user;
    }

    /// <summary>The file's text without the line end that editors leave.</summary>
    private static string Read(string path)
    {
        try
        {
            var info = new FileInfo(path);
            return info.Length <= MaxFileBytes
                ? File.ReadAllText(path).TrimEnd('\r', '\n')
                : throw new SourceException($"The file {path} holds no secret.", $"It is larger than {MaxFileBytes} bytes.", "Give a file that holds the token, or USER:PASSWORD, and nothing else.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SourceException($"The file {path} with the secret cannot be read.", error.Message, "Give a file that this user may read.", error);
        }
    }
}
