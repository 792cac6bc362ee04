using CompileTime.Quantization;

namespace CompileTime.Tests.Golden;

/// <summary>
/// The recorded observers (family observers): every state, result and error, numbers bit for bit. PyTorch 1.13 filled the histogram of its
/// HistogramObserver otherwise than later versions; of those cases the search, the result and the errors are
/// compared.
/// </summary>
public sealed class GoldenObserverTests
{
    private const string OldHistogram = "HistogramObserver";

    private static readonly string[] s_arguments = ["ch_axis", "quant_min", "quant_max", "eps", "averaging_constant"];

    public static TheoryData<string> Ids => GoldenFamily.Ids("observers", found => found.Text("observer") != OldHistogram);

    public static TheoryData<string> OldHistograms => GoldenFamily.Ids("observers", found => found.Text("observer") == OldHistogram);

    [Fact]
    public void Every_recorded_case_is_tested() =>
        Assert.Equal((495, 70, 565), (Ids.Count, OldHistograms.Count, GoldenFamily.Load("observers").Cases.Count));

    [Theory]
    [MemberData(nameof(OldHistograms))]
    public void Of_a_histogram_of_1_13_range_search_and_result_are_the_same(string id)
    {
        var family = GoldenFamily.Load("observers");
        var found = family[id];
        var expected = found["expected"];
        if (expected.Has("construct_error"))
        {
            Assert.Throws<ArgumentException>(() => Create(found));
            return;
        }

        var observer = (HistogramObserver)Create(found);
        Assert.Equal((expected.Int("quant_min"), expected.Int("quant_max")), (observer.Spec.Min, observer.Spec.Max));
        Assert.Equal(expected.Bits("eps_bits"), observer.Spec.Epsilon);

        // With the second batch 1.13 widens the range further than the values go. It refused infinities; later versions pass them over.
        var batches = Batches(family, found);
        for (var i = 0; i < batches.Count; i++)
        {
            var batch = batches[i].AsTensor();
            if (batch.Floats.Any(float.IsNaN))
                Assert.Throws<ArgumentException>(() => observer.Observe(batch.Floats, batch.Shape));
            else
                observer.Observe(batch.Floats, batch.Shape);
            if (i == 0 && expected["after_batch"].Items.FirstOrDefault() is { } state)
                CheckState(observer, state);
        }

        if (!expected.Has("search_min"))
            return;
        var last = expected["after_batch"].Items.Last();
        var (min, max) = HistogramSearch.Run(expected.Tensor("histogram").Floats, last.Bits("min_bits"), last.Bits("max_bits"));
        Assert.Equal((expected.Bits("search_min_bits"), expected.Bits("search_max_bits")), (min, max));
        CheckQParams(float.IsNaN(min) ? observer.Calculate() : [QParams.Calculate(min, max, observer.Spec)], expected);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Observer_is_reproduced_to_the_bit(string id)
    {
        var family = GoldenFamily.Load("observers");
        var found = family[id];
        var expected = found["expected"];
        if (expected.Has("construct_error"))
        {
            Assert.Throws<ArgumentException>(() => Create(found));
            return;
        }

        var observer = Create(found);
        Assert.Equal(expected.Int("quant_min"), observer.Spec.Min);
        Assert.Equal(expected.Int("quant_max"), observer.Spec.Max);
        Assert.Equal(expected.Bits("eps_bits"), observer.Spec.Epsilon);
        Observe(observer, found, Batches(family, found));
        if (!expected.Has("forward_error"))
            CheckResult(observer, expected);
    }

    private static ObserverBase Create(GoldenCase found)
    {
        var type = Enum.Parse<QuantizedType>(found.Text("dtype"), ignoreCase: true);
        var scheme = Enum.Parse<QScheme>(found.Text("qscheme").Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
        var arguments = found["kwargs"];
        foreach (var (name, _) in arguments.Members)
            Assert.Contains(name, s_arguments);
        (int, int)? range = arguments.Has("quant_min") ? (arguments.Int("quant_min"), arguments.Int("quant_max")) : null;
        var spec = arguments.Has("eps")
            ? new QuantizationSpec(type, scheme, found.Bool("reduce_range"), range, arguments.Float("eps"))
            : new QuantizationSpec(type, scheme, found.Bool("reduce_range"), range);
        var axis = arguments.Has("ch_axis") ? arguments.Int("ch_axis") : 0;
        return found.Text("observer") switch
        {
            "MinMaxObserver" => new MinMaxObserver(spec),
            "MovingAverageMinMaxObserver" => new MovingAverageMinMaxObserver(spec, arguments.Float("averaging_constant")),
            "PerChannelMinMaxObserver" => new PerChannelMinMaxObserver(spec, axis),
            "MovingAveragePerChannelMinMaxObserver" =>
                new MovingAveragePerChannelMinMaxObserver(spec, arguments.Float("averaging_constant"), axis),
            "HistogramObserver2x" or OldHistogram => new HistogramObserver(spec),
            var other => throw new NotSupportedException($"The observer {other} is not known."),
        };
    }

    private static IReadOnlyList<GoldenCase> Batches(GoldenFamily family, GoldenCase found)
    {
        var batches = found["batches"];
        return batches.Json.ValueKind == System.Text.Json.JsonValueKind.Array
            ? [.. batches.Items]
            : [.. new GoldenCase(family.Json.GetProperty("streams"), family.Tensors)[batches.Text("stream")].Items];
    }

    private static void Observe(ObserverBase observer, GoldenCase found, IReadOnlyList<GoldenCase> batches)
    {
        var expected = found["expected"];
        var failing = expected.Has("forward_error") ? expected["forward_error"].Int("batch") : -1;
        var states = expected["after_batch"].Items.ToList();
        Assert.Equal(failing >= 0 ? failing : batches.Count, states.Count);
        for (var i = 0; i < states.Count; i++)
        {
            var batch = batches[i].AsTensor();
            observer.Observe(batch.Floats, batch.Shape);
            CheckState(observer, states[i]);
        }

        if (failing < 0)
            return;
        var refused = batches[failing].AsTensor();
        Assert.Throws<ArgumentException>(() => observer.Observe(refused.Floats, refused.Shape));
        if (states.Count > 0)
            CheckState(observer, states[^1]);
    }

    private static void CheckState(ObserverBase observer, GoldenCase state)
    {
        switch (observer)
        {
            case HistogramObserver histogram:
                Assert.Equal((state.Bits("min_bits"), state.Bits("max_bits")), (histogram.Min, histogram.Max));
                break;
            case MinMaxObserver tensor:
                Assert.Equal((state.Bits("min_bits"), state.Bits("max_bits")), (tensor.Min, tensor.Max));
                break;
            case PerChannelMinMaxObserver channels:
                Assert.Equal(state.Tensor("min").Floats, channels.Min);
                Assert.Equal(state.Tensor("max").Floats, channels.Max);
                break;
        }
    }

    private static void CheckResult(ObserverBase observer, GoldenCase expected)
    {
        if (observer is HistogramObserver histogram)
        {
            Assert.Equal(expected.Tensor("histogram").Floats, histogram.Histogram.ToArray());
            if (expected.Has("search_min"))
                Assert.Equal((expected.Bits("search_min_bits"), expected.Bits("search_max_bits")), histogram.Search());
        }

        if (expected.Has("calculate_qparams_error"))
        {
            Assert.Throws<ArgumentException>(() => observer.Calculate());
            return;
        }

        CheckQParams(observer.Calculate(), expected);
    }

    private static void CheckQParams(QParams[] result, GoldenCase expected)
    {
        Assert.Equal(expected["scale_bits"].Items.Select(bits => GoldenCase.BitsOf(bits.Json.GetString()!)),
            result.Select(found => found.Scale));
        Assert.Equal(expected.Ints("zero_point"), result.Select(found => found.ZeroPoint));
    }
}
