namespace OverlayBridge.Lab;

/// <summary>Where tests/lab/install.sh puts the programs that the lab runs.</summary>
public static class Installation
{
    public const string Root = "/opt/overlaybridge-lab";

    /// <summary>Consul 1.8.7.</summary>
    public static string ConsulPath => $"{Root}/bullseye/usr/bin/consul";

    /// <summary>etcd 3.4.23.</summary>
    public static string EtcdPath => $"{Root}/bookworm/usr/bin/etcd";

    /// <summary>Class path of ZooKeeper 3.8.0.</summary>
    public static string ZooKeeperClassPath => $"{Jars}/zookeeper-3.8.0.jar:{Jars}/*";

    /// <summary>Docker Compose 1.29.2.</summary>
    public static string ComposeV1Path => "/usr/bin/docker-compose";

    /// <summary>Docker Compose 2.26.1; also a plugin of the modern CLI.</summary>
    public static string ComposeV2Path => $"{Root}/trixie/usr/libexec/docker/cli-plugins/docker-compose";

    /// <summary>The root file system of the lab's one image.</summary>
    public static string ImageTar => $"{Root}/image.tar";

    /// <summary>A minimal init: reaps orphans as a host's process 1 must.</summary>
    internal static string InitPath => $"{Root}/bullseye/usr/bin/tini-static";

    private static string Jars => $"{Root}/bookworm/usr/share/java";

    /// <summary>The script itself, beside the lab's assembly.</summary>
    internal static string Script => Path.Combine(AppContext.BaseDirectory, "lab", "install.sh");

    /// <summary>This very command, for the children that the lab starts of itself.</summary>
    internal static string LabCommand => Path.Combine(AppContext.BaseDirectory, "overlaybridge-lab");

    /// <summary>A cheap look at presence; the script checks versions.</summary>
    internal static void Require()
    {
        if (!string.Equals(Environment.UserName, "root", StringComparison.Ordinal))
            throw new LabException("the lab was not started", "it makes namespaces and mounts", "run it as root");
        string[] needed = [ConsulPath, EtcdPath, ComposeV1Path, ComposeV2Path, ImageTar, InitPath, LabCommand];
        if (needed.FirstOrDefault(path => !File.Exists(path)) is { } missing)
        {
            throw new LabException(
                "the lab was not started", $"{missing} is missing", "run tests/lab/install.sh, it is safe to repeat");
        }
    }
}
