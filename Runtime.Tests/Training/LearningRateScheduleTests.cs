namespace CompileTime.Tests.Training;

public class LearningRateScheduleTests
{
    // 4 epochs of 5 batches: steps 0 to 19.
    private static double[] Factors(LearningRateSchedule schedule) =>
        Enumerable.Range(0, 20).Select(step => schedule.Factor(step, 5, 4)).ToArray();

    [Fact]
    public void Step_falls_after_whole_epochs()
    {
        var factors = Factors(LearningRateSchedule.Step(2, 0.1));
        Assert.All(factors[..10], factor => Assert.Equal(1, factor));
        Assert.All(factors[10..], factor => Assert.Equal(0.1, factor, 1e-12));
    }

    [Fact]
    public void Cosine_goes_from_one_to_the_final_factor()
    {
        var factors = Factors(LearningRateSchedule.Cosine(0.2));
        Assert.Equal(1, factors[0], 1e-12);
        Assert.Equal(0.2, factors[19], 1e-12);
        Assert.Equal(0.6, (factors[9] + factors[10]) / 2, 1e-12);
        Assert.Equal(factors.OrderDescending(), factors);
    }

    [Fact]
    public void One_cycle_rises_and_falls()
    {
        var factors = Factors(LearningRateSchedule.OneCycle(6.0 / 19, 0.1, 0.01));
        Assert.Equal(0.1, factors[0], 1e-12);
        Assert.Equal(1, factors[6], 1e-12);
        Assert.Equal(0.01, factors[19], 1e-12);
        Assert.Equal(factors[..7].Order(), factors[..7]);
        Assert.Equal(factors[6..].OrderDescending(), factors[6..]);
    }

    [Fact]
    public void Warm_up_rises_linearly_and_hands_over()
    {
        var factors = Factors(LearningRateSchedule.WarmUp(2, LearningRateSchedule.Step(3, 0.5)));
        for (var step = 0; step < 20; step++)
            Assert.Equal(Math.Min(1, (step + 1) / 10.0) * (step < 15 ? 1 : 0.5), factors[step], 1e-12);
    }
}
