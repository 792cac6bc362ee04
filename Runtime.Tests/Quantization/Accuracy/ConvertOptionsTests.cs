using System.Runtime.InteropServices;
using CompileTime.Models;
using CompileTime.Quantization;
using CompileTime.Reference;
using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Tests.Quantization.Accuracy;

public sealed class ConvertOptionsTests
{
    private static readonly ConvertOptions Everything = new()
    {
        Equalize = true, SearchScales = true, SearchSamples = 32, BiasCorrection = true,
    };

    [Fact]
    public void Without_options_nothing_changes()
    {
        var trainer = Networks.Trained(Networks.Graph, 128);
        trainer.Calibrate(Networks.Data(128, 100));
        Assert.Equal(WeightBlob.Write(trainer.Convert().Model), WeightBlob.Write(trainer.Convert(new ConvertOptions()).Model));
        _ = trainer.Convert(Everything);
        Assert.Empty(trainer.Convert().ConversionNotes);
        Assert.Equal(WeightBlob.Write(trainer.Convert().Model), WeightBlob.Write(trainer.Convert(new ConvertOptions()).Model));
    }

    [Fact]
    public void The_same_options_give_the_same_model()
    {
        CompressedModel Model()
        {
            var trainer = Networks.Trained(Networks.Residual, 64);
            trainer.Calibrate(Networks.Data(64, 100));
            return trainer.Convert(Everything);
        }

        var (first, second) = (Model(), Model());
        Assert.Equal(WeightBlob.Write(first.Model), WeightBlob.Write(second.Model));
        Assert.Equal(Scales(first), Scales(second));
        Assert.Equal(first.ConversionNotes, second.ConversionNotes);

        static IEnumerable<(float, int)> Scales(CompressedModel model) =>
            model.Model.Network.Nodes.Select(node => (node.Scale, node.ZeroPoint));
    }

    [Fact]
    public void Bias_correction_takes_out_what_rounding_shifts()
    {
        // The largest weight makes a step of 1; twenty weights of 0.4 become 0, all in the same direction.
        const string Text = "model Demo.Biased\ninput 21\n" + Networks.Quantized + "l = Linear(input) bias=false -> 2\n";
        var trainer = new Trainer(Text, seed: 1);
        var row = Enumerable.Repeat(0.4f, 21).ToArray();
        row[20] = 127.5f;
        trainer.SetParameter("l.weight", [.. row, .. row.Select(value => -value)]);
        var random = new Random(2);
        var values = Enumerable.Range(0, 21 * 200).Select(i => (float)random.NextDouble() * (i % 21 == 20 ? 0.01f : 1)).ToArray();
        var data = new Dataset(values, new int[200]);
        trainer.Calibrate(data);
        var plain = MeanError(trainer, trainer.Convert(), data);
        var corrected = MeanError(trainer, trainer.Convert(new() { BiasCorrection = true }), data);

        // Twenty inputs of mean 0.5 by 0.4 are lost: 4. What is left comes from the output's own steps, whose errors average out.
        Assert.InRange(plain, 3, 5);
        Assert.InRange(corrected, 0, 0.05);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_search_for_scales_brings_the_result_closer_to_the_float_network(bool softmax)
    {
        var text = softmax ? Networks.Graph : Networks.Graph.Replace("soft = Softmax(fc) -> 3\n", "", StringComparison.Ordinal);
        var trainer = Networks.Trained(text, 128);
        var data = Networks.Data(128, 150, seed: 2);
        trainer.Calibrate(data);
        var plain = SquaredError(trainer, trainer.Convert(), data);
        var searched = SquaredError(trainer, trainer.Convert(new() { SearchScales = true, SearchSamples = 64 }), data);
        Assert.True(searched < plain, $"{plain} became {searched}");
    }

    [Fact]
    public void Searched_scales_keep_the_bytes_in_the_backends_range()
    {
        var trainer = Networks.Trained(Networks.Residual, 64);
        var data = Networks.Data(64, 100);
        trainer.Calibrate(data);
        var model = trainer.Convert(new() { SearchScales = true, SearchSamples = 64 }).Model;
        var input = new float[64];
        var (above, all) = (0L, 0L);
        for (var i = 0; i < data.Count; i++)
        {
            data.CopySample(i, trainer.Definition, input);
            foreach (var value in Interpreter.Trace(model, input))
            {
                above += value.Count(element => element > 127);
                all += value.Length;
            }
        }

        // A search that counted on bytes above 127 would halve the scales and put a tenth of the values or more there.
        Assert.InRange((double)above / all, 0, 0.01);
    }

    [Fact]
    public void Pruned_weights_stay_zero()
    {
        var trainer = Networks.Trained(Networks.Mlp, 6);
        trainer.Prune();
        trainer.Fit(Networks.Data(6, 64));
        trainer.Calibrate(Networks.Data(6, 64));
        var model = trainer.Convert(Everything).Model;
        for (var i = 1; i < model.Network.Nodes.Count; i++)
        {
            if (model.Weights[i] is not { } weights)
                continue;
            var mask = trainer.Network[model.Network.Nodes[i].Name + ".weight"].Mask!;
            Assert.Equal(mask.Length, weights.Values.Length);
            for (var j = 0; j < mask.Length; j++)
                Assert.True(mask[j] != 0 || weights.Values[j] == 0);
        }
    }

    [Fact]
    public void Options_need_a_calibration()
    {
        var trainer = Networks.Trained(Networks.Graph, 128);
        Assert.Contains("Call Calibrate", Assert.Throws<InvalidOperationException>(() => trainer.Convert(Everything)).Message,
            StringComparison.Ordinal);
        trainer.Calibrate(Networks.Data(128, 20));
        var problem = Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Convert(new() { SearchSamples = 0 }));
        Assert.StartsWith("SearchSamples must be at least 1", problem.Message, StringComparison.Ordinal);
        trainer.SetParameter("fc.bias", [0, 0, 0]);
        Assert.Contains("Calibrate again", Assert.Throws<InvalidOperationException>(() => trainer.Convert(Everything)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_simulation_is_the_integers_but_for_rounding()
    {
        foreach (var (text, length) in new[] { (Networks.Graph, 128), (Networks.Residual, 64) })
        {
            var trainer = Networks.Trained(text, length);
            var data = Networks.Data(length, 64, seed: 4);
            var fused = Fusion.Run(trainer.Network);
            trainer.Calibrate(data);
            var model = trainer.Convert().Model;
            var output = model.Network.Output;
            var simulated = new SimulatedNetwork(fused, model);
            var input = new float[length];
            for (var i = 0; i < data.Count; i++)
            {
                data.CopySample(i, trainer.Definition, input);
                var bytes = Interpreter.Trace(model, input);
                var compared = new SortedSet<int>();
                var values = simulated.Forward(input, 1, (name, values) =>
                {
                    if (simulated.NodeOf(name) is >= 0 and var index)
                    {
                        CompareLayer(model.Network.Nodes[index], bytes[index], values);
                        compared.Add(index);
                    }
                });
                Assert.Equal(Enumerable.Range(0, model.Network.Nodes.Count), compared);

                // Of the last layer this is the rounding alone.
                for (var j = 0; j < values.Length; j++)
                    Assert.Equal(bytes[^1][j], (values[j] / output.Scale) + output.ZeroPoint, 0.01f);
            }
        }
    }

    // The mean of four bytes is a tie in one of four cases, which float rounding decides at random, and what is computed of it may be any
    // number of steps away. So each layer gets the integers' own inputs: what it makes of them is half a step from the integers' byte, by
    // rounding, and some units in the last place of 255 steps. The byte goes on as a value that rounding must bring back.
    private static void CompareLayer(QuantizedNode node, byte[] bytes, ReadOnlySpan<float> values)
    {
        Assert.Equal(bytes.Length, values.Length);
        var next = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(values), values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            var value = bytes[i];
            Assert.InRange(Math.Clamp((values[i] / node.Scale) + node.ZeroPoint, 0, 255) - value, -0.51f, 0.51f);
            next[i] = (value - node.ZeroPoint + 0.3f) * node.Scale;
        }
    }

    private static double MeanError(Trainer trainer, CompressedModel model, Dataset data)
    {
        var sum = 0.0;
        ForEach(trainer, model, data, (expected, actual) => sum += actual[0] - expected[0]);
        return Math.Abs(sum / data.Count);
    }

    private static double SquaredError(Trainer trainer, CompressedModel model, Dataset data)
    {
        var sum = 0.0;
        ForEach(trainer, model, data, (expected, actual) => sum += OutputError.Squared(expected, actual));
        return sum;
    }

    private static void ForEach(Trainer trainer, CompressedModel model, Dataset data, Action<float[], float[]> action)
    {
        var input = new float[model.InputLength];
        var output = new float[model.OutputLength];
        for (var i = 0; i < data.Count; i++)
        {
            data.CopySample(i, trainer.Definition, input);
            model.Predict(input, output);
            action(trainer.Predict(input), output);
        }
    }
}
