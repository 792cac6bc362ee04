using CompileTime.Models;
using CompileTime.Quantization;
using CompileTime.Shared;

namespace CompileTime.Tests.Quantization;

/// <summary>
/// WeightBits = 7: the formulas of torch.ao.quantization's observers with quant_min=-64 and quant_max=63 (UniformQuantizationObserverBase
/// _calculate_qparams, symmetric qint8), and quantize_per_channel with these limits.
/// </summary>
public sealed class WeightBitsTests
{
    [Fact]
    public void Weights_are_rounded_to_the_range()
    {
        // By hand. Of the first channel the scale is 127 / 63.5 = 2: 127 / 2 = 63.5 rounds to 64, above the range.
        float[] weight = [127, -127, 3, 5, -1, 0, 31.75f, -63.5f, 62.9f, 0.5f, -0.5f, 1.5f];
        var quantized = Quantize(weight, [3, 4]);
        Assert.Equal([2f, 1f, 62.9f / 63.5f], quantized.Scales);
        Assert.Equal([63, -64, 2, 2, -1, 0, 32, -64, 63, 1, -1, 2], quantized.Values.ToArray());
    }

    [Fact]
    public void Any_weights_are_as_by_the_formulas()
    {
        var random = new Random(1);
        for (var round = 0; round < 50; round++)
        {
            var (outputs, inputs) = (random.Next(1, 9), random.Next(1, 40));
            float[] weight = [.. Enumerable.Range(0, outputs * inputs).Select(_ => (float)Math.Pow(random.NextDouble() - 0.5, 3) * 9)];
            var quantized = Quantize(weight, [outputs, inputs]);
            for (var output = 0; output < outputs; output++)
            {
                var row = weight.AsSpan(output * inputs, inputs).ToArray();
                var (min, max) = (Math.Min(row.Min(), 0f), Math.Max(row.Max(), 0f));
                var scale = Math.Max(Math.Max(-min, max) / ((63 - -64) / 2f), 1.1920929e-07f);
                Assert.Equal(scale, quantized.Scales[output]);
                var inverse = 1f / scale;
                Assert.Equal([.. row.Select(value => Math.Clamp((int)MathF.Round(value * inverse, MidpointRounding.ToEven), -64, 63))],
                    quantized.Values.Slice(output * inputs, inputs).ToArray().Select(value => (int)value).ToArray());
            }
        }
    }

    [Theory]
    [InlineData("Default")]
    [InlineData("Percentile", " percentile=90")] // What lies beyond it is clamped.
    [InlineData("Mse")]
    [InlineData("Entropy")]
    public void No_pair_of_converted_weights_can_saturate(string observer, string more = "")
    {
        var own = observer == "Default" ? "" : " weight=" + observer;
        foreach (var backend in (string[])["OneDnn", "Qnnpack"])
        {
            var rule = "Int8 " + backend + own + " weight_bits=7" + more;
            var trainer = Networks.Trained(Text(rule), 6);
            trainer.Calibrate(Networks.Data(6, 200));
            CheckWeights(trainer.Convert().Model);
        }
    }

    [Theory]
    [InlineData(ScaleMode.AsTrained)]
    [InlineData(ScaleMode.TorchConvert)]
    public void Nor_after_training_with_them(ScaleMode mode)
    {
        var trainer = Networks.Trained(Text("Int8 OneDnn weight_bits=7"), 6);
        trainer.PrepareQat(new QatOptions { ScaleMode = mode });
        trainer.Fit(Networks.Data(6, 200), new FitOptions { Epochs = 2 });
        CheckWeights(trainer.Convert().Model);
    }

    private static string Text(string rule) => Networks.Mlp.Replace("Int8 Fbgemm", rule, StringComparison.Ordinal)
        .Replace(" prune=L1:0.5:global", "", StringComparison.Ordinal);

    private static void CheckWeights(QuantizedModel model)
    {
        var nodes = PackingFacts.Of(model).Nodes;
        Assert.Contains(nodes, node => node.Weight is not null);
        foreach (var (node, weight) in nodes.Zip(model.Weights).Where(pair => pair.Second is not null))
        {
            Assert.InRange(weight!.Values.ToArray().Select(value => (int)value).Max(), 40, 63);
            Assert.InRange(weight.Values.ToArray().Select(value => (int)value).Min(), -64, -40);
            Assert.Equal(0, node.Weight!.SaturatingPairs);
        }
    }

    private static LayerWeights Quantize(float[] weight, int[] shape) => WeightQuantizer.Quantize(weight, shape, [],
        QConfig.For(new QuantizeRule("Int8", "OneDnn") { WeightBits = 7 }).Weight());
}
