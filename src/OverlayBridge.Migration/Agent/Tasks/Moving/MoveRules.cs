using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OverlayBridge.Migration.Agent.Tasks.Conversion;

namespace OverlayBridge.Migration.Agent.Tasks.Moving;

/// <summary>
/// What a container may be made with on another host: nothing that is that host's own, nor that gives it away. Judged at both ends of a move, for the source says what is in the way before
/// anything is changed, and the target believes nobody. What is not known to be harmless is refused: engines with a store for overlays are of 20.10 or older, so that the list is complete. Pure.
/// </summary>
internal static class MoveRules
{
    /// <summary>Parts of a container that concern nothing but what runs in it.</summary>
    private static readonly ImmutableHashSet<string> OwnParts =
    [
        "Hostname", "Domainname", "User", "AttachStdin", "AttachStdout", "AttachStderr", "ExposedPorts", "Tty", "OpenStdin", "StdinOnce", "Env", "Cmd", "Healthcheck", "ArgsEscaped", "Image",
        "Volumes", "WorkingDir", "Entrypoint", "NetworkDisabled", "MacAddress", "OnBuild", "Labels", "StopSignal", "StopTimeout", "Shell", "HostConfig", "NetworkingConfig",
    ];

    /// <summary>Limits, names and the like; and parts that are judged by themselves.</summary>
    private static readonly ImmutableHashSet<string> HostParts =
    [
        "ContainerIDFile", "LogConfig", "RestartPolicy", "VolumeDriver", "CapDrop", "CgroupnsMode", "Dns", "DnsOptions", "DnsSearch", "ExtraHosts", "GroupAdd", "OomScoreAdj", "ReadonlyRootfs",
        "StorageOpt", "Tmpfs", "ShmSize", "Sysctls", "ConsoleSize", "Isolation", "CpuShares", "Memory", "NanoCpus", "CgroupParent", "BlkioWeight", "BlkioWeightDevice", "BlkioDeviceReadBps",
        "BlkioDeviceWriteBps", "BlkioDeviceReadIOps", "BlkioDeviceWriteIOps", "CpuPeriod", "CpuQuota", "CpuRealtimePeriod", "CpuRealtimeRuntime", "CpusetCpus", "CpusetMems", "DiskQuota",
        "KernelMemory", "KernelMemoryTCP", "MemoryReservation", "MemorySwap", "MemorySwappiness", "OomKillDisable", "PidsLimit", "Ulimits", "CpuCount", "CpuPercent", "IOMaximumIOps",
        "IOMaximumBandwidth", "Init",
        "AutoRemove", "PortBindings", "PublishAllPorts", "Links", "VolumesFrom", "Binds", "Mounts", "Devices", "DeviceRequests", "DeviceCgroupRules", "Privileged", "PidMode", "IpcMode", "UTSMode",
        "UsernsMode", "NetworkMode", "CapAdd", "SecurityOpt", "Runtime", "MaskedPaths", "ReadonlyPaths",
    ];

    /// <summary>What engines give every container, and what reaches no further than its own namespaces and limits.</summary>
    private static readonly ImmutableHashSet<string> Capabilities =
    [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
        "NET_ADMIN", "NET_BROADCAST", "IPC_LOCK", "SYS_NICE",
    ];

    private static readonly ImmutableHashSet<string> SecurityOptions =
        ["no-new-privileges", "no-new-privileges:true", "no-new-privileges=true", "seccomp=builtin", "apparmor=docker-default"];

    private static readonly ImmutableHashSet<string> MountParts = ["Type", "Target", "ReadOnly", "Consistency", "TmpfsOptions", "Source"];

    private static readonly ImmutableArray<(string Field, ImmutableHashSet<string> Harmless, string What)> Modes =
    [
        ("PidMode", [], "sees processes (--pid) of this host"), ("UTSMode", [], "has the name (--uts) of this host"), ("UsernsMode", [], "has the users (--userns) of this host"),
        ("IpcMode", ["private", "none", "shareable"], "shares memory with processes (--ipc) of this host"),
        ("Runtime", ["runc", "io.containerd.runc.v2"], "is run by another runtime than runc (--runtime) of this host"),
    ];

    private static readonly ImmutableArray<(string Field, string What)> Devices =
    [
        ("Devices", "uses devices (--device) of this host"), ("DeviceRequests", "uses devices (--gpus) of this host"), ("DeviceCgroupRules", "may use devices (--device-cgroup-rule) of this host"),
        ("Privileged", "is privileged, and may use everything of this host"),
    ];

    /// <param name="config">Its own parts, as <c>docker inspect</c> has them in <c>Config</c>.</param>
    /// <param name="host">What it has of its host: <c>HostConfig</c>. Mounts are judged by <see cref="Mounted"/>, or by what the engine tells of them.</param>
    /// <param name="stay">What to do where it cannot do without.</param>
    public static ImmutableArray<Obstacle> Of(string name, JsonObject config, JsonObject host, string stay) =>
    [
        .. Removal(name, host), .. Reached(name, host, stay), .. Powers(name, host, stay),
        .. Unknown(config, OwnParts).Concat(Unknown(host, HostParts)).Select(part => new Obstacle(
            $"{name} has {part}, of which this program does not know what it gives a container.", $"Make it anew without that, or {stay}.")),
    ];

    /// <summary>What would be mounted of the host at which it is made. Memory (<c>tmpfs</c>) is nobody's.</summary>
    public static ImmutableArray<Obstacle> Mounted(string name, JsonObject host, string stay) =>
    [
        .. MovePaper.HasAny(host["Binds"]) || (host["Mounts"] is JsonNode mounts && (mounts is not JsonArray list || list.Any(static mount => !IsMemory(mount))))
            ? [new Obstacle($"{name} has volumes or files of its host (--volume, --mount).", $"To keep them, {stay}.")]
            : Array.Empty<Obstacle>(),
    ];

    private static IEnumerable<Obstacle> Removal(string name, JsonObject host)
    {
        if (MovePaper.HasAny(host["AutoRemove"]))
            yield return new($"{name} was run with --rm: stopping would remove it, and there were no way back.", "Run it without --rm, or by hand on the other host.");
    }

    private static IEnumerable<Obstacle> Reached(string name, JsonObject host, string stay)
    {
        if (MovePaper.HasAny(host["PortBindings"]) || MovePaper.HasAny(host["PublishAllPorts"]))
            yield return new(
                $"{name} publishes ports of this host ({string.Join(", ", (host["PortBindings"] as JsonObject ?? []).Select(static port => port.Key).DefaultIfEmpty("all"))}): who asks this host would find nobody.",
                $"Make it anew without published ports, behind a service that publishes them, or {stay}.");
        if (MovePaper.HasAny(host["Links"]))
            yield return Linked(name);
        if (MovePaper.HasAny(host["VolumesFrom"]))
            yield return new($"{name} has the volumes of another container (--volumes-from).", $"To keep them, {stay}.");
        if (MovePaper.Text(host["NetworkMode"]) is var mode && (mode == "host" || mode.StartsWith("container:", StringComparison.Ordinal)))
            yield return new($"{name} has the network (--network) of this host.", $"Make it anew without that, or {stay}.");
    }

    /// <summary>For a container that finds others by links.</summary>
    public static Obstacle Linked(string name) => new($"{name} has links to containers of this host (--link).", "Make it anew with names or aliases instead of links.");

    private static IEnumerable<Obstacle> Powers(string name, JsonObject host, string stay)
    {
        var remedy = $"Make it anew without that, or {stay}.";
        foreach (var (field, what) in Devices)
            if (MovePaper.HasAny(host[field]))
                yield return new($"{name} {what}.", remedy);
        foreach (var (field, harmless, what) in Modes)
            if (MovePaper.HasAny(host[field]) && !harmless.Contains(MovePaper.Text(host[field])))
                yield return new($"{name} {what}.", remedy);
        foreach (var capability in Beyond(host["CapAdd"], static one => Capabilities.Contains(Plain(one))))
            yield return new($"{name} has the capability {capability} (--cap-add), which reaches beyond the container.", remedy);
        foreach (var option in Beyond(host["SecurityOpt"], static one => SecurityOptions.Contains(one) || one.StartsWith("label=level:", StringComparison.Ordinal)))
            yield return new($"{name} is less confined than other containers, or otherwise (--security-opt {Begin(option)}).", remedy);
        // Null means the engine's own list.
        if (host["MaskedPaths"] is JsonArray { Count: 0 } || host["ReadonlyPaths"] is JsonArray { Count: 0 })
            yield return new($"{name} may use all of /proc and /sys (--security-opt systempaths=unconfined).", remedy);
    }

    private static IEnumerable<string> Beyond(JsonNode? list, Func<string, bool> isHarmless) =>
        list is JsonArray all ? all.Select(MovePaper.Text).Where(one => !isHarmless(one)) : MovePaper.HasAny(list) ? [list!.ToJsonString()] : [];

    private static string Plain(string capability)
    {
        const string Prefix = "CAP_";
        var upper = capability.ToUpperInvariant();
        return upper.StartsWith(Prefix, StringComparison.Ordinal) ? upper[Prefix.Length..] : upper;
    }

    /// <summary>Engines replace a profile's name by its whole text.</summary>
    private static string Begin(string option)
    {
        const int Most = 40;
        return option.Length > Most ? $"{option[..Most]}…" : option;
    }

    /// <summary>By the exact name: engines take names in whatever case, so that <c>privileged</c> is unknown here and refused.</summary>
    private static IEnumerable<string> Unknown(JsonObject parts, ImmutableHashSet<string> known) =>
        parts.Where(part => !known.Contains(part.Key) && MovePaper.HasAny(part.Value)).Select(static part => part.Key);

    private static bool IsMemory(JsonNode? mount) =>
        mount is JsonObject parts && MovePaper.Text(parts["Type"]) == "tmpfs" && MovePaper.Text(parts["Source"]).Length == 0 && !Unknown(parts, MountParts).Any();
}
