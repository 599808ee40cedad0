using System.Collections.Frozen;
using OverlayBridge.Compose.Merging;
using OverlayBridge.Yaml;

namespace OverlayBridge.Compose.Checks;

/// <summary>Fields that no version of Compose knows, and so may be misspelt: Compose 1 and 2 refuse a file with them.</summary>
internal static class FieldChecks
{
    private static readonly FrozenSet<string> Top = Words("version name include services networks volumes configs secrets models");

    private static readonly FrozenSet<string> Service = Words(
        """
        annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs container_name cpu_count cpu_percent cpu_period
        cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec depends_on deploy develop device_cgroup_rules devices dns dns_opt
        dns_search domainname entrypoint env_file environment expose extends external_links extra_hosts gpus group_add healthcheck hostname image init
        ipc isolation label_file labels links logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit models network_mode networks
        oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_stop privileged profiles provider pull_policy read_only restart
        runtime scale secrets security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket user
        userns_mode uts volume_driver volumes volumes_from working_dir
        """);

    private static readonly FrozenSet<string> FirstFormat = Words("dockerfile log_driver log_opt net");

    private static readonly FrozenSet<string> Place = Words("aliases driver_opts gw_priority interface_name ipv4_address ipv6_address link_local_ips mac_address priority");

    private static readonly FrozenSet<string> Network = Words("attachable driver driver_opts enable_ipv4 enable_ipv6 external internal ipam labels name");

    public static IEnumerable<ComposeFinding> Find(CheckSubject subject)
    {
        var root = subject.Files.Root;
        foreach (var entry in Unknown(root, Top).Where(static entry => entry.Key != FormatOne.Mark))
            yield return Of(entry, "the file", null, null);
        foreach (var (name, node) in Mappings(root, "services"))
        {
            foreach (var entry in Unknown(node, Service).Where(entry => !subject.Project.IsFormatOne || !FirstFormat.Contains(entry.Key)))
                yield return Of(entry, $"the service '{name}'", name, null);
            foreach (var (key, place) in Mappings(node, "networks"))
                foreach (var entry in Unknown(place, Place))
                    yield return Of(entry, $"the service '{name}' on '{key}'", name, key);
        }

        foreach (var (key, node) in Mappings(root, "networks"))
            foreach (var entry in Unknown(node, Network))
                yield return Of(entry, $"the network '{key}'", null, key);
    }

    private static ComposeFinding Of(MappingEntry entry, string of, string? service, string? network) => new(
        ComposeRules.UnknownField, service, network, entry.At, $"'{entry.Key}' is no field of {of}.", "Compose refuses the file, or a later version gave it a meaning that is not looked at here.",
        "Correct the spelling; begin its name with x- if it is a note of yours.");

    private static IEnumerable<(string Key, MappingNode Node)> Mappings(MappingNode node, string key) =>
        from entry in (node.Find(key) as MappingNode)?.Entries ?? [] where entry.Value is MappingNode select (entry.Key, (MappingNode)entry.Value);

    private static IEnumerable<MappingEntry> Unknown(MappingNode node, FrozenSet<string> known) =>
        node.Entries.Where(entry => !known.Contains(entry.Key) && !entry.Key.StartsWith("x-", StringComparison.Ordinal));

    private static FrozenSet<string> Words(string words) => words.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
