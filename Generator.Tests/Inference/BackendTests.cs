using CompileTime.Models;
using CompileTime.Reference;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>
/// Networks calibrated as the backends and observers say, in generated code: every instruction set gives the interpreter's bits.
/// </summary>
public sealed class BackendTests
{
    private static readonly string[] s_rules =
    [
        "Int8 Fbgemm",
        "Int8 X86 activation=MovingAverageMinMax",
        "Int8 OneDnn activation=Percentile percentile=99.9",
        "Int8 OneDnn activation=Mse weight=Mse",
        "Int8 Qnnpack",
        "Int8 Qnnpack activation=Entropy weight=Entropy",
        "Int8 Qnnpack activation=MinMax weight=PerChannelMinMax",
        "Int8 Fbgemm weight=MinMax",
        "Int8 OneDnn weight_bits=7",
        "Int8 Qnnpack activation=MinMax weight=Percentile weight_bits=7 percentile=99",
    ];

    private static readonly Lazy<(EngineBuilder Builder, QuantizedModel[] Models)> Engines = new(() =>
    {
        var builder = new EngineBuilder();
        var models = s_rules.Select((rule, i) => Train(rule, i)).ToArray();
        for (var i = 0; i < models.Length; i++)
            builder.Add("Backend" + i, models[i]);
        return (builder, models);
    });

    public static TheoryData<int> Rules => new(Enumerable.Range(0, s_rules.Length));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Every_instruction_set_gives_the_interpreters_bits(int rule)
    {
        var (builder, models) = Engines.Value;
        var model = models[rule];
        var random = new Random(rule);
        var (values, expected, actual) = (new float[model.InputLength], new float[model.OutputLength], new float[model.OutputLength]);
        foreach (var set in EngineBuilder.InstructionSetsHere)
        {
            var engine = builder.Create("Backend" + rule, set);
            foreach (var range in (float[])[1, 2, 2, 2, 5, 50])
            {
                Fill(values, random, range);
                Interpreter.Run(model, values, expected);
                engine.Predict(values, actual);
                Assert.Equal(expected, actual);
            }
        }
    }

    /// <summary>That the tests above reach what the backends differ in.</summary>
    [Theory]
    [InlineData(0, false, true)]
    [InlineData(2, true, true)]
    [InlineData(4, true, false)]
    [InlineData(6, true, true)]
    [InlineData(7, false, false)]
    public void A_backend_decides_over_the_range_and_over_scales_per_channel(int rule, bool isFullRange, bool isPerChannel)
    {
        var model = Engines.Value.Models[rule];
        var random = new Random(7);
        var values = new float[model.InputLength];
        var most = new byte[model.Network.Nodes.Count];
        for (var i = 0; i < 40; i++)
        {
            Fill(values, random, 1.9f);
            var trace = Interpreter.Trace(model, values);
            for (var node = 0; node < most.Length; node++)
                most[node] = Math.Max(most[node], trace[node].Max());
        }

        Assert.All(most[..^1], found => Assert.InRange(found, isFullRange ? 150 : 60, isFullRange ? 255 : 149));
        foreach (var (node, weight) in model.Network.Nodes.Zip(model.Weights).Where(pair => pair.Second is not null))
        {
            Assert.Equal(isPerChannel, node.Weight!.IsPerChannel);
            Assert.Equal(isPerChannel ? node.Weight.Outputs : 1, weight!.Scales.Length);
        }
    }

    [Fact]
    public void With_weights_of_seven_bits_every_layer_takes_its_fast_kernel_for_all_bytes()
    {
        var builder = new EngineBuilder();
        builder.Add("Eight", Engines.Value.Models[2], backend: "OneDnn", isPlanar: false);
        builder.Add("Seven", Engines.Value.Models[8], backend: "OneDnn", isPlanar: false);
        Assert.Contains("could saturate: wide kernel", builder.Source("Eight"), StringComparison.Ordinal);
        Assert.DoesNotContain("could saturate: wide kernel", builder.Source("Seven"), StringComparison.Ordinal);
        Assert.Contains("no pair of weights could saturate an int16: fast kernel", builder.Source("Seven"), StringComparison.Ordinal);
    }

    private static QuantizedModel Train(string rule, int seed)
    {
        var trainer = new Trainer($$"""
            model Demo.Net
            input 3x8x8
            quantize {{rule}}
            a = Conv2d(input) kernel=3x3 stride=1x1 padding=1,1,1,1 dilation=1x1 groups=1 bias=true -> 16x8x8
            ar = ReLU(a) -> 16x8x8
            d = Conv2d(ar) kernel=3x3 stride=1x1 padding=1,1,1,1 dilation=1x1 groups=16 bias=true -> 16x8x8
            p = Conv2d(d) kernel=1x1 stride=1x1 padding=0,0,0,0 dilation=1x1 groups=1 bias=false -> 16x8x8
            s = Add(p, ar) -> 16x8x8
            sr = ReLU(s) -> 16x8x8
            m = MaxPool2d(sr) kernel=2x2 stride=2x2 padding=0,0,0,0 dilation=1x1 ceil=false -> 16x4x4
            f = Flatten(m) -> 256
            h = Linear(f) bias=true -> 40
            hr = ReLU(h) -> 40
            y = Linear(hr) bias=true -> 5

            """, seed + 1);
        var random = new Random(seed);
        var samples = new float[256 * 192];
        Fill(samples, random, 2);
        var data = new Dataset(samples, [.. Enumerable.Range(0, 256).Select(i => i % 5)]);
        trainer.Fit(data);
        trainer.Calibrate(data);
        return trainer.Convert().Model;
    }

    private static void Fill(float[] values, Random random, float range)
    {
        foreach (ref var value in values.AsSpan())
            value = (random.NextSingle() - 0.5f) * range;
    }
}
