namespace OverlayBridge.Lab.Tests;

public class LabOptionsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("Upper")]
    [InlineData("1st")]
    [InlineData("name\n")]
    [InlineData("a-name-of-twenty-five-lett")]
    public void A_name_that_is_not_fit_for_a_folder_is_refused(string name) =>
        Assert.Contains(
            $"no lab named '{name}'", Assert.Throws<LabException>(new LabOptions { Name = name }.Validate).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(2, 10)]
    public void An_impossible_number_of_hosts_is_refused(int legacy, int swarm) =>
        Assert.Contains(
            $"{legacy} legacy hosts, {swarm} swarm hosts",
            Assert.Throws<LabException>(new LabOptions { Legacy = legacy, Swarm = swarm }.Validate).Message, StringComparison.Ordinal);

    [Fact]
    public void The_defaults_are_valid_and_bring_a_Consul_for_the_legacy_hosts()
    {
        new LabOptions().Validate();

        Assert.True(new LabOptions().HasConsul);
        Assert.False(new LabOptions { Store = LabStore.Etcd }.HasConsul);
        Assert.False(new LabOptions { Legacy = 0 }.HasConsul);
        Assert.True(new LabOptions { Legacy = 0, Consul = true }.HasConsul);
    }
}
