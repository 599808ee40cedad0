using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OverlayBridge.Migration.Agent.Tasks.Conversion;
using OverlayBridge.Migration.Agent.Tasks.Moving;
using OverlayBridge.Migration.Tests.Expose;
using OverlayBridge.Overlay.Plans;
using OverlayBridge.Overlay.Records;

namespace OverlayBridge.Migration.Agent.Tasks.Steps;

/// <summary>A host in the swarm of which only the records and the holder are missing: what its conversion does to it.</summary>
internal sealed class ConvertedHost : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("converted-host-").FullName;

    public ConvertedHost()
    {
        using var export = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Fixture("consul-healthy/kv-export.json")));
        foreach (var entry in export.RootElement.EnumerateArray())
            Store.Set(entry.GetProperty("key").GetString()!, entry.GetProperty("value").GetBytesFromBase64());
        Store.Set(BridgeKeys.Exposure(Sample.NetworkId), BridgeRecords.Encode(new ExposureRecord(
            Sample.Network, Sample.NetworkId, $"swarm-{Sample.Network}", IPNetwork.Parse("10.77.0.0/24"), null, IPNetwork.Parse("10.77.0.128/25"), 256, 256, "consul://c:8500", ExposureState.Active, default)));
        File.WriteAllText(Path.Combine(folder, "daemon.json"), "{}");
        new ConversionFile(Path.Combine(folder, "conversion.json")).Write(new ConversionNotes(
            new HostConversion("h1", "20.10.5", [new(Sample.Id, "db", true, [new(Sample.Network, Sample.NetworkId, new string('6', 64), Sample.Address, Sample.MacOf(Sample.Address), false, ["database"])])], default),
            """{"cluster-store": "consul://c:8500"}""", [], folder, IsStopped: false, []));
        var container = Sample.Container();
        container.Paper["HostConfig"]!["NetworkMode"] = Sample.Network;
        Engine.Add(container);
        var step = new PlanStep("convert-host.h1", StepKind.ConvertHost, "stage", "h1", null, null, TimeSpan.FromMinutes(1));
        var content = new StepContent(
            step, "plan", "m", [new(Sample.Network, Sample.NetworkId, IPNetwork.Parse("10.77.0.0/24"))], new PlanHost("h1", IPAddress.Parse("172.31.0.1"), HostStrategy.ConvertHost, "20.10.5", null, []), []);
        Run = new StepRun(new HostTaskRecord("run", step.Id, 1, false, false, content.ToText(), 60, default), content, [], static _ => { });
    }

    public KeyStore Store { get; } = new();

    public MovableEngine Engine { get; } = new(new MovableEngine.Fleet(), "e1", "20.10.5", "active") { NetworkId = static network => $"swarm-{network}" };

    public StepRun Run { get; }

    /// <summary>Is there once the step has started the engine.</summary>
    public string StartedFile => Path.Combine(folder, "started");

    public Task ConvertAsync(TimeProvider time, CancellationToken token)
    {
        var options = new AgentOptions("h1", IPAddress.Parse("172.31.0.1"), "", folder, "test")
        {
            Engine = EngineControl.Systemd with { DaemonJson = Path.Combine(folder, "daemon.json"), Stop = ["true"], Start = ["touch", StartedFile] },
        };
        var tools = new AgentTools(new ManagerEngine(new Faults()), Engine, Engine, Store, new FakeDevices(), options, time, NullLogger.Instance);
        return new ConvertHostStep(tools).RunAsync(Run, token);
    }

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
