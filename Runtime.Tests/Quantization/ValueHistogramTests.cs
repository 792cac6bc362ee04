using CompileTime.Quantization;

namespace CompileTime.Tests.Quantization;

public sealed class ValueHistogramTests
{
    [Theory]
    [InlineData(1f, 0f)]
    [InlineData(1e-30f, 0f)]
    [InlineData(1e30f, 0f)]
    [InlineData(1f, 1000f)]
    [InlineData(1f, -1000f)]
    [InlineData(1e-45f, 0f)]
    public void Every_value_is_in_the_bin_whose_edges_are_around_it(float scale, float offset)
    {
        var random = new Random(1);
        float[] values = [.. Enumerable.Range(0, 500).Select(_ => ((random.NextSingle() - 0.3f) * scale) + offset)];
        var histogram = new ValueHistogram(64);
        foreach (var batch in values.Chunk(7))
            histogram.Add(batch);
        Assert.Equal((values.Length, values.Min(), values.Max()), (histogram.Count, histogram.Min, histogram.Max));
        Assert.True(histogram.Last - histogram.First < 64);
        for (var i = histogram.First; i <= histogram.Last; i++)
        {
            var own = values.Where(value => Math.Floor(value / histogram.Width) == i).Select(value => (double)value).ToList();
            Assert.Equal(own.Count, histogram[i].Count);
            Assert.Equal(own.Sum(), histogram[i].Sum, Math.Abs(own.Sum() * 1e-12)); // Summed in another order.
            Assert.Equal(own.Sum(v => v * v), histogram[i].Squares, own.Sum(v => v * v) * 1e-12);
        }
    }

    [Fact]
    public void The_order_and_the_batches_do_not_matter()
    {
        var random = new Random(2);
        float[] values = [.. Enumerable.Range(0, 1000).Select(i => (random.NextSingle() - 0.5f) * (i % 10 == 0 ? 100 : 1))];
        var (one, two) = (new ValueHistogram(128), new ValueHistogram(128));
        one.Add(values);
        foreach (var batch in values.OrderBy(MathF.Abs).Chunk(13))
            two.Add(batch);
        Assert.Equal((one.Width, one.First, one.Last), (two.Width, two.First, two.Last));
        for (var i = one.First; i <= one.Last; i++)
            Assert.Equal(one[i].Count, two[i].Count);
    }

    [Fact]
    public void At_least_half_of_the_bins_are_used_once_there_is_a_range()
    {
        foreach (var max in new[] { 1f, 1.01f, 1.99f, 2f, 1e-20f, 3e38f })
        {
            var histogram = new ValueHistogram(1024);
            histogram.Add([0f, max / 3, max]);
            Assert.InRange(histogram.Last - histogram.First + 1, 512, 1024);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void What_is_not_finite_is_refused_and_changes_nothing(float bad)
    {
        var histogram = new ValueHistogram();
        histogram.Add([1f, 2f]);
        var problem = Assert.Throws<ArgumentException>(() => histogram.Add([3f, bad]));
        Assert.Contains("Value 1", problem.Message, StringComparison.Ordinal);
        Assert.Equal((2, 2f), (histogram.Count, histogram.Max));
    }
}
