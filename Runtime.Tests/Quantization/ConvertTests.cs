using CompileTime.Reference;
using CompileTime.Shared;

namespace CompileTime.Tests.Quantization;

public sealed class ConvertTests
{
    [Fact]
    public void Formats_and_scales_are_those_PyTorch_would_have()
    {
        var trainer = Networks.Trained(Networks.Graph, 128);
        trainer.Calibrate(Networks.Data(128, 200, seed: 2));
        var network = trainer.Convert().Model.Network;
        Assert.True(network.Softmax);
        Assert.Equal(
            ["input Contiguous", "stem.0 ChannelsLast", "a ChannelsLast", "add ChannelsLast", "pool ChannelsLast", "avg ChannelsLast",
                "cat ChannelsLast", "six ChannelsLast", "gap ChannelsLast", "flat Contiguous", "fc Contiguous"],
            network.Nodes.Select(node => $"{node.Name} {node.Format}"));
        Assert.All(network.Nodes, node => Assert.InRange(node.ZeroPoint, 0, 127));
        Assert.All(network.Nodes.Where(node => node.Weight is not null), node =>
            Assert.True(node.Weight!.IsPerChannel && node.Weight.HasBias));
        Assert.Equal(0, network.Nodes[1].ZeroPoint); // after ReLU nothing is below zero
    }

    [Fact]
    public void Pools_of_the_network_input_are_contiguous_unless_it_has_one_channel()
    {
        foreach (var (channels, expected) in new[] { (1, MemoryFormat.ChannelsLast), (2, MemoryFormat.Contiguous) })
        {
            var text = $"model Demo.P\ninput {channels}x4x4\n{Networks.Quantized}" +
                $"p = AdaptiveAvgPool2d(input) -> {channels}x2x2\nf = Flatten(p) -> {channels * 4}\nl = Linear(f) bias=true -> 3\n";
            var trainer = Networks.Trained(text, channels * 16);
            trainer.Calibrate(Networks.Data(channels * 16, 20));
            Assert.Equal(expected, trainer.Convert().Model.Network.Nodes[1].Format);
        }
    }

    [Fact]
    public void Int8_follows_float()
    {
        var trainer = Networks.Trained(Networks.Graph, 128);
        var data = Networks.Data(128, 200, seed: 2);
        trainer.Calibrate(data);
        var model = trainer.Convert();
        var input = new float[128];
        var output = new float[3];
        var (agree, difference) = (0, 0.0);
        for (var i = 0; i < data.Count; i++)
        {
            data.CopySample(i, trainer.Definition, input);
            model.Predict(input, output);
            var expected = trainer.Predict(input);
            Assert.Equal(1f, output.Sum(), 1e-5f);
            for (var j = 0; j < 3; j++)
                difference += Math.Abs(output[j] - expected[j]) / (3 * data.Count);
            agree += Array.IndexOf(output, output.Max()) == Array.IndexOf(expected, expected.Max()) ? 1 : 0;
        }

        // Seven bits of activation: samples between two classes may fall to the other one, and probabilities move by a few hundredths.
        Assert.InRange(agree, 180, 200);
        Assert.InRange(difference, 0, 0.03);
    }

    [Fact]
    public void The_same_training_gives_the_same_artifact()
    {
        byte[] Blob()
        {
            var trainer = Networks.Trained(Networks.Graph, 128);
            trainer.Calibrate(Networks.Data(128, 100));
            return Models.WeightBlob.Write(trainer.Convert().Model);
        }

        Assert.Equal(Blob(), Blob());
    }

    [Fact]
    public void Calibration_does_not_depend_on_how_samples_are_stored()
    {
        const string Text = "model Demo.B\ninput 6 scale=0.25 offset=-3\n" + Networks.Quantized + "l = Linear(input) bias=true -> 3\n";
        var bytes = new byte[600];
        new Random(5).NextBytes(bytes);
        var floats = Array.ConvertAll(bytes, value => (value * 0.25f) - 3f);
        var labels = new int[100];
        var trainer = new Trainer(Text, 1);
        trainer.SetParameter("l.bias", [1, 2, 3]);
        trainer.Calibrate(new Dataset(bytes, labels));
        var first = trainer.Convert();
        trainer.Calibrate(new Dataset(floats, labels));
        var second = trainer.Convert();
        Assert.Equal(first.Model.Network.Nodes.Select(node => (node.Scale, node.ZeroPoint)),
            second.Model.Network.Nodes.Select(node => (node.Scale, node.ZeroPoint)));

        var (a, b) = (new float[3], new float[3]);
        first.Predict(bytes.AsSpan(0, 6), a);
        second.Predict(floats.AsSpan(0, 6), b);
        Assert.Equal(a, b);
        Assert.Equal(3, Interpreter.Trace(first.Model, floats.AsSpan(0, 6))[1].Length);
    }

    [Fact]
    public void A_layer_without_weights_is_told()
    {
        var trainer = Networks.Trained(Networks.Mlp, 6);
        trainer.Prune();
        trainer.Calibrate(Networks.Data(6, 50));
        Assert.Empty(trainer.Convert().ConversionNotes);
        trainer.Pruning.L1Unstructured("2.weight", 1.0);
        trainer.Calibrate(Networks.Data(6, 50));
        Assert.Equal(["2: no weight is left, so its result does not depend on its input"], trainer.Convert().ConversionNotes);
    }
}
