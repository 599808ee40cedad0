using static OverlayBridge.Overlay.Tests.Audit.StoreBuilder;

namespace OverlayBridge.Overlay.Tests.Audit.Rules;

public class Rule49ForeignKeyTests() : RuleTests(49)
{
    [Fact]
    public void A_key_of_another_program_is_a_note() =>
        Assert.Equal("docker/swarm/leader", Only(Healthy().Put("docker/swarm/leader", "x")).Subject);

    [Fact]
    public void All_keys_of_one_program_are_one_note() =>
        Assert.Equal(["OB49 docker/swarm/leader", "OB49 docker/swarm/nodes/a"], Explained(Only(Healthy().Put("docker/swarm/leader", "x").Put("docker/swarm/nodes/a", "y"))));

    [Fact]
    public void The_unused_ids_of_1_10_are_foreign() =>
        Assert.Equal(Root + "idm/ipam-id/", Only(Healthy().Put(Root + "idm/ipam-id/", "{}")).Subject);

    [Fact]
    public void The_bridges_own_keys_and_the_folders_above_are_not() =>
        Silent(Healthy().Put("overlaybridge/v1/hosts/h1", "{}").Put("docker/", "").Put("docker/network/", ""));
}
