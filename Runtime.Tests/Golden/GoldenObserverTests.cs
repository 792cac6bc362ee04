using CompileTime.Quantization;

namespace CompileTime.Tests.Golden;

/// <summary>The recorded observers (family observers) that Backend.Fbgemm calibrates with: every state and result bit for bit.</summary>
public sealed class GoldenObserverTests
{
    // The kinds that exist here.
    private static readonly string[] Kinds = ["HistogramObserver2x", "PerChannelMinMaxObserver"];

    // The kinds that the family records too, and no backend here calibrates with.
    private static readonly string[] OutOfScope =
        ["HistogramObserver", "MinMaxObserver", "MovingAverageMinMaxObserver", "MovingAveragePerChannelMinMaxObserver"];

    public static TheoryData<string> Ids => GoldenFamily.Ids("observers", found => Kinds.Contains(found.Text("observer")));

    [Fact]
    public void Every_recorded_kind_is_tested_or_known_to_be_out_of_scope() => Assert.Equal(
        Kinds.Concat(OutOfScope).Order(StringComparer.Ordinal),
        GoldenFamily.Load("observers").Cases.Select(found => found.Text("observer")).Distinct().Order(StringComparer.Ordinal));

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
            Assert.True(name is "ch_axis" or "quant_min" or "quant_max", $"The argument {name} is not known.");
        var spec = new QuantizationSpec(type, scheme, found.Bool("reduce_range"),
            arguments.Has("quant_min") ? (arguments.Int("quant_min"), arguments.Int("quant_max")) : null);
        return found.Text("observer") == "HistogramObserver2x"
            ? new HistogramObserver(spec)
            : new PerChannelMinMaxObserver(spec, arguments.Has("ch_axis") ? arguments.Int("ch_axis") : 0);
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
        if (observer is HistogramObserver histogram)
        {
            Assert.Equal(state.Bits("min_bits"), histogram.Min);
            Assert.Equal(state.Bits("max_bits"), histogram.Max);
            return;
        }

        var channels = (PerChannelMinMaxObserver)observer;
        Assert.Equal(state.Tensor("min").Floats, channels.Min);
        Assert.Equal(state.Tensor("max").Floats, channels.Max);
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

        var result = observer.Calculate();
        Assert.Equal(expected["scale_bits"].Items.Select(bits => GoldenCase.BitsOf(bits.Json.GetString()!)),
            result.Select(found => found.Scale));
        Assert.Equal(expected.Ints("zero_point"), result.Select(found => found.ZeroPoint));
    }
}
