using CompileTime.Quantization;

namespace CompileTime.Tests.Quantization;

/// <summary>The observers that PyTorch has not, against what can be computed of a few values one by one.</summary>
public sealed class RangeObserverTests
{
    private static readonly QuantizationSpec Affine = new(QuantizedType.QUInt8, QScheme.PerTensorAffine);
    private static readonly QuantizationSpec Reduced = new(QuantizedType.QUInt8, QScheme.PerTensorAffine, reduceRange: true);
    private static readonly QuantizationSpec Symmetric = new(QuantizedType.QInt8, QScheme.PerTensorSymmetric);
    private static readonly QuantizationSpec Coarse = new(QuantizedType.QUInt8, QScheme.PerTensorAffine, customRange: (0, 15));

    public static TheoryData<string> Names => ["Percentile", "Mse", "Entropy"];

    [Theory]
    [InlineData(100)]
    [InlineData(99)]
    [InlineData(90)]
    public void A_percentile_cuts_as_many_values_from_either_end(double percentile)
    {
        var values = Normal(20_000, seed: 1);
        var observer = Observed(new PercentileObserver(Affine, percentile), values);
        var (min, max) = observer.Choose();
        var expected = values.Length * (100 - percentile) / 200;
        Array.Sort(values);

        // Where in a bin its values lie is not known: the cut may be off by those of the bin that it falls into.
        Assert.InRange(values.Count(value => value < min), expected - Within(min), expected + Within(min));
        Assert.InRange(values.Count(value => value > max), expected - Within(max), expected + Within(max));

        int Within(float cut) => percentile == 100 ? 0 : values.Count(value => Bin(value) == Bin(cut));

        double Bin(float value) => Math.Floor(value / observer.Values.Width);
    }

    [Fact]
    public void A_percentile_of_all_is_the_range_of_minmax()
    {
        var values = Normal(5_000, seed: 2);
        Assert.Equal(Observed(new MinMaxObserver(Affine), values).Calculate(),
            Observed(new PercentileObserver(Affine, 100), values).Calculate());
    }

    [Theory]
    [InlineData(50)]
    [InlineData(100.1)]
    [InlineData(double.NaN)]
    public void A_percentile_has_a_range(double percentile) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PercentileObserver(Affine, percentile));

    [Fact]
    public void A_range_that_collapses_is_an_error_and_no_scale()
    {
        float[] values = [.. Enumerable.Repeat(0f, 10_000), 5f];
        var problem = Assert.Throws<InvalidOperationException>(() => Observed(new PercentileObserver(Affine, 99.9), values).Calculate());
        Assert.Contains("collapsed", problem.Message, StringComparison.Ordinal);
    }

    /// <summary>On a grid of ranges twice as fine as its first one nothing is better.</summary>
    [Theory]
    [InlineData("normal", false)]
    [InlineData("normal", true)]
    [InlineData("outliers", false)]
    [InlineData("outliers", true)]
    [InlineData("relu", false)]
    [InlineData("negative", false)]
    public void Mse_finds_the_least_error_there_is(string kind, bool isSymmetric)
    {
        foreach (var spec in isSymmetric ? new[] { Symmetric } : [Coarse, Affine, Reduced])
        {
            var values = Kind(kind, 1_000);
            var observer = Observed(new MseObserver(spec), values);
            var found = observer.Error(observer.Calculate()[0]);
            var (low, high) = (MathF.Min(values.Min(), 0), MathF.Max(values.Max(), 0));
            for (var i = 0; i <= 32; i++)
            {
                for (var j = 0; j <= (isSymmetric ? 0 : 32); j++)
                {
                    if ((i | j) == 0)
                        continue;
                    var (min, max) = isSymmetric ? (low * i / 32, high * i / 32) : (low * j / 32, high * i / 32);
                    var other = observer.Error(QParams.Calculate(min, max, spec));
                    Assert.True(found <= other, $"{found} was found, but {min} to {max} has {other}");
                }
            }
        }
    }

    /// <summary>What the search believes is the error is the error, but for bins that become two quantized values.</summary>
    [Theory]
    [InlineData("normal")]
    [InlineData("outliers")]
    [InlineData("relu")]
    [InlineData("negative")]
    public void The_error_of_bins_is_that_of_the_values(string kind)
    {
        var values = Kind(kind, 5_000);
        foreach (var spec in new[] { Coarse, Reduced, Affine })
        {
            var observer = Observed(new MseObserver(spec), values);
            var width = observer.Values.Width;
            foreach (var part in new[] { 1f, 0.5f, 0.25f })
            {
                var qparams = QParams.Calculate(values.Min() * part, values.Max() * part, spec);

                // Of a value in such a bin it is known only that it lies within half a step of its quantized value.
                var unknown = values.Count(value =>
                {
                    var bin = Math.Floor(value / width);
                    return Level(bin * width, qparams, spec) != Level((bin + 1) * width, qparams, spec);
                });
                var slack = unknown * Math.Pow(qparams.Scale / 2, 2);
                var expected = TrueError(values, qparams, spec);
                Assert.True(slack < expected, "Everything would be right.");
                Assert.Equal(expected, observer.Error(qparams), slack + (1e-9 * expected)); // and sums in another order
            }
        }
    }

    [Fact]
    public void Entropy_is_the_divergence_of_the_distributions()
    {
        var values = Kind("outliers", 1_000);
        var observer = Observed(new EntropyObserver(Coarse, capacity: 256), values);
        foreach (var magnitude in new[] { 30f, 10f, 5f, 2.5f })
        {
            var expected = NaiveDivergence(values, observer.Values.Width, magnitude, Coarse);
            Assert.Equal(expected, observer.Divergence(-magnitude, magnitude), 1e-9); // Summed in another order.
        }

        var (min, max) = observer.Choose();
        var chosen = observer.Divergence(min, max);

        // Of the 512 magnitudes it tries, those that limit the range on both sides.
        var (largest, smaller) = (values.Max(MathF.Abs), MathF.Min(-values.Min(), values.Max()));
        var tried = Enumerable.Range(32, 480).Select(i => (float)((double)largest * i / 512)).Where(magnitude => magnitude <= smaller)
            .ToList();
        Assert.NotEmpty(tried);
        Assert.All(tried, magnitude =>
            Assert.True(chosen <= NaiveDivergence(values, observer.Values.Width, magnitude, Coarse) + 1e-9));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_single_outlier_does_not_decide_the_range(string name)
    {
        float[] values = [.. Normal(100_000, seed: 3), 40f];
        var (scale, _) = Observed(Create(name, Coarse), values).Calculate()[0];

        // The values without it lie within 4.5 of zero, and 16 steps are best for them over a range of 5 (Max 1960). Minmax has 45.
        Assert.InRange(scale * 15, 5 / 2f, 45 / 2f);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_that_fill_their_range_keep_it(string name)
    {
        var random = new Random(4);
        float[] values = [.. Enumerable.Range(0, 50_000).Select(_ => random.NextSingle() * 6)];
        var (scale, zeroPoint) = Observed(Create(name, Affine), values).Calculate()[0];
        Assert.InRange(scale * 255, 5.8, 6);
        Assert.Equal(0, zeroPoint);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_constant_is_quantized_to_itself(string name)
    {
        foreach (var constant in new[] { 3f, -7f, 1e-20f, 1e30f })
        {
            var (scale, zeroPoint) = Observed(Create(name, Affine), [constant, constant, constant]).Calculate()[0];
            Assert.Equal(QParams.Calculate(constant, constant, Affine), new QParams(scale, zeroPoint));
        }

        Assert.Equal([QParams.Calculate(0, 0, Affine)], Observed(Create(name, Affine), [0f, 0f]).Calculate());
    }

    [Theory]
    [MemberData(nameof(Names))]
    [InlineData("Histogram")]
    [InlineData("MinMax")]
    [InlineData("MovingAverageMinMax")]
    public void Memory_does_not_grow_with_the_number_of_samples(string name)
    {
        var observer = Create(name, Affine);
        var batch = Normal(256, seed: 5);
        var least = long.MaxValue;
        for (var batches = 250; batches <= 4000; batches *= 2)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < batches; i++)
            {
                batch[i % 256] *= 1.05f; // The range grows all the time.
                observer.Observe(batch, [256]);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // What the runtime allocates when it compiles code is not in every round. What keeps samples is, even a list that doubles its
        // array: each round doubles the samples.
        Assert.Equal(0, least);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_not_finite_is_refused(string name)
    {
        foreach (var bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            Assert.Throws<ArgumentException>(() => Create(name, Affine).Observe([1f, bad], [2]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_channel_of_a_weight_can_have_its_own(string name)
    {
        var spec = new QuantizationSpec(QuantizedType.QInt8, QScheme.PerChannelSymmetric);
        var (one, two) = (Normal(400, seed: 6), Normal(400, seed: 7).Select(value => value * 100).ToArray());
        var observer = new PerChannelObserver(spec, channel => Create(name, channel));
        observer.Observe([.. one, .. two], [2, 4, 10, 10]);
        Assert.Equal(
            new[] { one, two }.Select(values => Observed(Create(name, spec.ForTensor()), values, 1).Calculate()[0]),
            observer.Calculate());
        Assert.Throws<ArgumentException>(() => observer.Observe(one, [1, 400]));
    }

    private static ObserverBase Create(string name, QuantizationSpec spec) =>
        ObserverTable.Activation(Enum.Parse<Observer>(name), spec, percentile: 99.9);

    private static T Observed<T>(T observer, float[] values, int batches = 3)
        where T : ObserverBase
    {
        foreach (var batch in values.Chunk((values.Length + batches - 1) / batches))
            observer.Observe(batch, [batch.Length]);
        return observer;
    }

    private static double TrueError(float[] values, QParams qparams, QuantizationSpec spec) => 
        values.Sum(value => Math.Pow(value - (Level(value, qparams, spec) * qparams.Scale), 2));

    private static double Level(double value, QParams qparams, QuantizationSpec spec) =>
        Math.Clamp(Math.Round(value / qparams.Scale) + qparams.ZeroPoint, spec.Min, spec.Max) - qparams.ZeroPoint;

    /// <summary>By lists of values, bins and levels.</summary>
    private static double NaiveDivergence(float[] values, double width, float magnitude, QuantizationSpec spec)
    {
        var (scale, zeroPoint) = QParams.Calculate(-magnitude, magnitude, spec);
        int Bin(double value) => (int)Math.Floor(value / width);
        var (from, to) = (Math.Max(Bin(values.Min()), Bin(-magnitude)), Math.Min(Bin(values.Max()), Bin(magnitude)));
        var p = values.GroupBy(value => Math.Clamp(Bin(value), from, to)).ToDictionary(g => g.Key, g => g.Count());
        var inside = values.Where(value => Bin(value) >= from && Bin(value) <= to).ToList();
        double LevelOf(int bin) => Math.Clamp(Math.Round((bin + 0.5) * width / scale) + zeroPoint, spec.Min, spec.Max);
        var bins = p.Keys.GroupBy(LevelOf).ToDictionary(g => g.Key, g => g.Count());
        var counts = inside.GroupBy(value => LevelOf(Bin(value))).ToDictionary(g => g.Key, g => g.Count());
        return p.Sum(pair =>
        {
            var q = Math.Max(counts.GetValueOrDefault(LevelOf(pair.Key)) / (double)bins[LevelOf(pair.Key)], 1e-4) / inside.Count;
            var own = pair.Value / (double)values.Length;
            return own * Math.Log(own / q);
        });
    }

    private static float[] Kind(string kind, int count) => kind switch
    {
        "normal" => Normal(count, 11),
        "outliers" => [.. Normal(count, 12).Select((value, i) => i % 200 == 7 ? value * 12 : value)],
        "relu" => [.. Normal(count, 13).Select(value => MathF.Max(value, 0))],
        _ => [.. Normal(count, 14).Select(value => -MathF.Abs(value))],
    };

    private static float[] Normal(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
