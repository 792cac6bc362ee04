using CompileTime.Inference;
using CompileTime.Shared;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>What dense kernels add in int16 cannot leave it.</summary>
public sealed class StepGroupsTests
{
    [Theory]
    [InlineData(32, 4, 128)]
    [InlineData(64, 4, 128)]
    [InlineData(128, 4, 150)]
    [InlineData(128, 2, 128)]
    [InlineData(64, 4, 255)]
    public void Groups_stay_within_int16_and_no_step_is_lost(int stepLength, int largest, int limit)
    {
        const int Steps = 100;
        var (list, weights) = Normal(Steps, stepLength, limit == 255 ? 64 : 127);
        var before = Contents(list, weights, stepLength);
        StepGroups.Arrange(list, weights, stepLength, limit, largest);

        Assert.Equal(before, Contents(list, weights, stepLength));
        Assert.Equal(Steps, list[0] + list[1] + list[2]);
        Assert.Equal(0, list[0] % 4);
        Assert.Equal(0, list[1] % 2);
        Assert.Equal(largest == 4, list[0] > 0);
        // Else nobody would need them.
        Assert.InRange(list[2], 0, Steps / 5);
        for (var step = 0; step < list[0] + list[1];)
        {
            var size = step < list[0] ? 4 : 2;
            for (var lane = 0; lane < stepLength; lane += 2)
            {
                var (most, least) = (0, 0);
                for (var i = step; i < step + size; i++)
                {
                    foreach (var weight in weights.AsSpan((i * stepLength) + lane, 2))
                        _ = weight > 0 ? most += limit * weight : least += limit * weight;
                }

                Assert.InRange(most, 0, short.MaxValue);
                Assert.InRange(least, short.MinValue, 0);
            }

            step += size;
        }
    }

    [Theory]
    [InlineData(127)]
    [InlineData(-128)]
    public void Steps_that_fit_no_other_stay_by_themselves(int weight)
    {
        var (list, weights) = Normal(10, 64, 127);
        Array.Fill(weights, (sbyte)weight);
        StepGroups.Arrange(list, weights, 64, 128, 4);
        Assert.Equal([0, 0, 10], list[..DenseLayout.ListHeader]);
    }

    private static (int[] List, sbyte[] Weights) Normal(int steps, int stepLength, int largest)
    {
        var random = new Random(stepLength);
        var weights = new sbyte[steps * stepLength];
        foreach (ref var weight in weights.AsSpan())
        {
            var value = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            weight = (sbyte)Math.Clamp(largest / 3.3 * value, -largest, largest);
        }

        return ([0, 0, steps, .. Enumerable.Range(0, steps).Select(i => 4 * i)], weights);
    }

    // Which weights are multiplied with the inputs of which place.
    private static Dictionary<int, string> Contents(int[] list, sbyte[] weights, int stepLength) =>
        Enumerable.Range(0, list[0] + list[1] + list[2]).ToDictionary(
            i => list[DenseLayout.ListHeader + i], i => string.Join(' ', weights.Skip(i * stepLength).Take(stepLength)));
}
