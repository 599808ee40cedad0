using System.CommandLine;
using OverlayBridge.Commands;
using OverlayBridge.Serve;
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
            ["serve", "--quiet", "--roles=agent", "--verbose", "--data=/var/lib/ob", "--store=bridge://10.0.0.5:8500", "--host-name=h1"],
            AgentProgram.LineOf(parse));
    }
}
