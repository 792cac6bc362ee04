using CompileTime.Quantization;

namespace CompileTime.Tests.Golden;

/// <summary>Fake quantization as PyTorch recorded it (family fake_quantize), forward, backward and state, bit for bit.</summary>
public sealed class GoldenFakeQuantizeTests
{
    private static readonly GoldenFamily Family = GoldenFamily.Load("fake_quantize");

    public static TheoryData<string> PerTensor => GoldenFamily.Ids("fake_quantize", found => found.Text("kind") == "per_tensor");

    public static TheoryData<string> PerChannel => GoldenFamily.Ids("fake_quantize", found => found.Text("kind") == "per_channel");

    public static TheoryData<string> Modules => GoldenFamily.Ids("fake_quantize", found => found.Text("kind") == "module");

    [Fact]
    public void Every_case_is_tested() => Assert.Equal(Family.Cases.Count, PerTensor.Count + PerChannel.Count + Modules.Count);

    [Theory]
    [MemberData(nameof(PerTensor))]
    public void Per_tensor(string id)
    {
        var found = Family[id];
        var qparams = new QParams(found.Bits("scale_bits"), found.Int("zero_point"));
        var (min, max) = (found.Int("quant_min"), found.Int("quant_max"));
        var x = found.Tensor("x").Floats;
        var (y, gradient) = (new float[x.Length], new float[x.Length]);
        FakeQuantization.Forward(x, qparams, min, max, y);
        FakeQuantization.Backward(x, found.Tensor("grad_out").Floats, qparams, min, max, gradient);

        // Where the versions differ, which is beyond int64 only, 2.10 is right.
        var expected = found.Has("libtorch_2_10") ? found["libtorch_2_10"] : found["expected"];
        Equal(expected.Tensor("y").Floats, y);
        Equal(expected.Tensor("grad_in").Floats, gradient);
    }

    [Theory]
    [MemberData(nameof(PerChannel))]
    public void Per_channel(string id)
    {
        var found = Family[id];
        QParams[] qparams =
            [.. found.Tensor("scale").Floats.Zip(found.Tensor("zero_point").Ints, (scale, zero) => new QParams(scale, zero))];
        var (min, max, axis) = (found.Int("quant_min"), found.Int("quant_max"), found.Int("axis"));
        var x = found.Tensor("x");
        var (y, gradient) = (new float[x.Length], new float[x.Length]);
        FakeQuantization.ForwardPerChannel(x.Floats, x.Shape, axis, qparams, min, max, y);
        FakeQuantization.BackwardPerChannel(x.Floats, found.Tensor("grad_out").Floats, x.Shape, axis, qparams, min, max, gradient);
        Assert.True(found.Bool("same_in_libtorch_2_10"));
        Equal(found["expected"].Tensor("y").Floats, y);
        Equal(found["expected"].Tensor("grad_in").Floats, gradient);
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void Modules_follow_batch_by_batch(string id)
    {
        var found = Family[id];
        var batches = found.Tensors("batches");
        var module = Create(found, batches[0].Shape[0]);
        Assert.Equal((found.Int("quant_min"), found.Int("quant_max")), (module.Spec.Min, module.Spec.Max));
        foreach (var (batch, state) in batches.Zip(found["expected"].Items))
        {
            foreach (var call in state["calls_before"].Items)
                Call(module, call.Json.GetString()!);
            var (y, gradient) = (new float[batch.Length], new float[batch.Length]);
            module.Forward(batch.Floats, y);
            Equal(state.Tensor("y").Floats, y);
            var inner = batch.Length / module.QParams.Length;
            var ones = Enumerable.Repeat(1f, inner).ToArray();
            for (var i = 0; i < module.QParams.Length; i++)
                module.Backward(i, batch.Floats.AsSpan(i * inner, inner), ones, gradient.AsSpan(i * inner, inner));
            Equal(state.Tensor("grad_in").Floats, gradient);
            Check(module.QParams, state["scale_bits"], state.Ints("zero_point"));
            Assert.Equal(state.Tensor("min").Floats, module.Min);
            Assert.Equal(state.Tensor("max").Floats, module.Max);
        }

        var converted = found["calculate_qparams"];
        Check(module.CalculateQParams(), converted["scale_bits"], converted.Ints("zero_point"));
    }

    private static FakeQuantize Create(GoldenCase found, int channels)
    {
        var type = Enum.Parse<QuantizedType>(found.Text("dtype"), ignoreCase: true);
        var scheme = Enum.Parse<QScheme>(found.Text("qscheme").Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
        var spec = new QuantizationSpec(type, scheme, found.Bool("reduce_range"));
        channels = spec.IsPerChannel ? channels : 1;
        Assert.Equal(0.01f, found.Float("averaging_constant"));
        Assert.Equal(spec.IsPerChannel ? "MovingAveragePerChannelMinMaxObserver" : "MovingAverageMinMaxObserver", found.Text("observer"));
        return found.Text("module") switch
        {
            "FakeQuantize" => new FakeQuantize(spec, channels),
            "FusedMovingAvgObsFakeQuantize" => new FusedMovingAvgObsFakeQuantize(spec, channels),
            var other => throw new InvalidDataException($"The module '{other}' is not known."),
        };
    }

    private static void Call(FakeQuantize module, string name)
    {
        var isOn = name.StartsWith("enable_", StringComparison.Ordinal);
        Assert.True(isOn || name.StartsWith("disable_", StringComparison.Ordinal), name);
        if (name.EndsWith("_observer", StringComparison.Ordinal))
            module.ObserverEnabled = isOn;
        else if (name.EndsWith("_fake_quant", StringComparison.Ordinal))
            module.FakeQuantEnabled = isOn;
        else
            Assert.Fail(name);
    }

    private static void Check(QParams[] found, GoldenCase scaleBits, int[] zeroPoints)
    {
        Equal([.. scaleBits.Items.Select(bits => GoldenCase.BitsOf(bits.Json.GetString()!))], [.. found.Select(qparams => qparams.Scale)]);
        Assert.Equal(zeroPoints, found.Select(qparams => qparams.ZeroPoint));
    }

    // As bits, so that -0 is not 0.
    private static void Equal(float[] expected, float[] found) =>
        Assert.Equal(expected.Select(BitConverter.SingleToUInt32Bits), found.Select(BitConverter.SingleToUInt32Bits));
}
