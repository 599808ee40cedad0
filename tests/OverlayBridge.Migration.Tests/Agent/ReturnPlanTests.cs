namespace OverlayBridge.Migration.Agent;

public class ReturnPlanTests
{
    [Theory]
    [InlineData(0, 200, 300)]
    [InlineData(10, 200, 300)]
    [InlineData(30, 200, 300)]
    [InlineData(60, 400, 600)]
    [InlineData(120, 800, 1200)]
    [InlineData(86_400, 800, 1200)]
    public void A_store_is_asked_often_at_first_and_never_less_than_every_second_or_so(int awaySeconds, int shortest, int longest)
    {
        var away = TimeSpan.FromSeconds(awaySeconds);
        Assert.Equal(shortest, ReturnPlan.Pause(away, 0).TotalMilliseconds, tolerance: 1);
        Assert.Equal(longest, ReturnPlan.Pause(away, 1).TotalMilliseconds, tolerance: 1);
    }
}
