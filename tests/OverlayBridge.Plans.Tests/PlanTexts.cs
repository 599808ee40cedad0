using System.Collections.Immutable;
using OverlayBridge.Overlay.Plans;

namespace OverlayBridge.Plans.Tests;

/// <summary>A valid plan as text, and the same with something changed.</summary>
internal static class PlanTexts
{
    public const string Valid = """
        formatVersion: 1
        name: lab
        origin:
          source: consul://172.31.0.250:8500
          index: 61
          created: 2026-11-27T20:00:00Z
        manager: h4
        swarmHosts: [h5]
        limits: {maxUnavailable: 1, parallel: 2}
        networks:
          - name: appnet
            id: 1111111111111111111111111111111111111111111111111111111111111111
            subnet: 10.60.0.0/24
        hosts:
          - name: h1
            vtep: 172.31.0.1
            engineVersion: 20.10.5
            upgradeTo: 26.1.5
            upgrade: afterwards
            containers:
              - name: web
                id: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1
                attachments:
                  - {network: appnet, address: 10.60.0.2, mac: "02:42:0a:3c:00:02", aliases: [web]}
          - name: h2
            vtep: 172.31.0.2
            strategy: move-container
            engineVersion: 20.10.5
            containers:
              - name: web
                id: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa2
                moveTo: h5
                attachments:
                  - {network: appnet, address: 10.60.0.3, mac: "02:42:0a:3c:00:03"}
              - name: old
                id: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa3
                running: false
        replicaSets:
          - name: shop/web
            members: [h1/web, h2/web]
            maxUnavailable: 50%
        compose:
          - {name: shop, host: h1, directory: /srv/shop, files: [docker-compose.yml]}
        constraints:
          canary: h1
          order: [{host: h2, after: h1}]
        stages:
          - name: prepare
            kind: prepare
          - name: one
            kind: hosts
            hosts: [h1]
            window: {days: [saturday, sunday], from: "22:00", to: "04:00"}
            gates:
              - {name: up, replicas: all}
              - {name: some, replicas: [shop/web]}
              - {name: asked, approval: true}
              - name: answers
                probe: {from: h1/web, http: "http://web/", interval: 500ms, timeout: 2s, successes: 4, errorBudget: 2.5%}
              - name: listens
                probe: {from: h5, tcp: "10.60.0.2:80"}
              - name: runs
                probe: {from: h2/web, exec: ["true", "a b"]}
          - name: two
            kind: hosts
            hosts: [h2]
          - name: retire
            kind: retire
        webhooks: ["https://hooks.example/x"]

        """;

    public static PlanReading Read(string text) => PlanReading.Of(new("plan.yaml", text));

    public static MigrationPlan Plan { get; } = Read(Valid).Valid;

    /// <summary>The valid text with pieces replaced; each must be there.</summary>
    public static string With(params ReadOnlySpan<(string Old, string New)> changes)
    {
        var text = Valid;
        foreach (var (old, changed) in changes)
        {
            Assert.Contains(old, text, StringComparison.Ordinal);
            text = text.Replace(old, changed, StringComparison.Ordinal);
        }

        return text;
    }

    public static ImmutableArray<string> Lines(PlanReading reading) => [.. reading.Faults.Select(static fault => $"{fault.At.Line}:{fault.At.Column} {fault.Message}")];
}
