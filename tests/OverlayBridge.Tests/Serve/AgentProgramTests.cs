using System.CommandLine;
using System.Reflection;
using OverlayBridge.Commands;
using OverlayBridge.Hosting;
using OverlayBridge.Terminal;

namespace OverlayBridge.Tests.Serve;

public class AgentProgramTests
{
    [Fact]
    public void The_agents_command_line_has_what_was_given_and_found_and_nothing_that_only_a_control_node_has()
    {
        var surroundings = new Surroundings { Variables = new Dictionary<string, string> { ["OVERLAYBRIDGE_HOST_NAME"] = "h1" } };
        string[] typed = ["-q", "serve", "--roles", "agent", "--http", "127.0.0.1:8500", "--data", "/var/lib/ob", "--store=bridge://10.0.0.5:8500", "--verbose"];

        var parse = OptionDefaults.Apply(RootCommandFactory.Create(), typed, surroundings, new ParserConfiguration());

        Assert.Equal(
            [AgentBuild.Id, "serve", "--roles=agent", "--verbose", "--data=/var/lib/ob", "--store=bridge://10.0.0.5:8500", "--host-name=h1"],
            AgentProgram.ArgumentsFor(parse));
    }

    [Fact]
    public void The_build_covers_every_assembly_of_ours_that_an_agent_is_made_of()
    {
        var reached = new Dictionary<string, Assembly>();
        Reach(typeof(AgentProgram).Assembly, reached);

        Assert.Equal(reached.Keys.Order(), AgentBuild.Assemblies.Select(assembly => assembly.GetName().Name).Order());
    }

    private static void Reach(Assembly assembly, Dictionary<string, Assembly> reached)
    {
        if (reached.TryAdd(assembly.GetName().Name!, assembly))
            foreach (var next in assembly.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("OverlayBridge.", StringComparison.Ordinal)))
                Reach(Assembly.Load(next), reached);
    }
}
