using CompileTime.Models;
using CompileTime.Pruning.Removal;
using CompileTime.Quantization;
using CompileTime.Reference;
using CompileTime.Shared;

namespace CompileTime.Tests.Pruning.Removal;

/// <summary>Removal through layers that stay in float32, that quantize their input in every call, or only their weights.</summary>
public sealed class FloatRemovalTests
{
    [Theory]
    [InlineData("Int8 Fbgemm")]
    [InlineData("Float32")]
    [InlineData("Int8 Fbgemm mode=Dynamic")]
    [InlineData("Int8 Fbgemm mode=WeightOnly")]
    public void Half_of_the_filters_are_most_of_the_work_in_every_mode(string rule)
    {
        const string Prune = "prune=L1:0.5:global:filter";
        var trainer = new Trainer($"""
            model Test.Net
            input 6
            quantize {rule}
            0 = Linear(input) bias=true {Prune} -> 64
            1 = ReLU(0) -> 64
            2 = Linear(1) bias=true {Prune} -> 64
            3 = ReLU(2) -> 64
            4 = Linear(3) bias=true -> 3

            """, 1);
        var random = new Random(2);
        var data = new Dataset(
            [.. Enumerable.Range(0, 64 * 6).Select(_ => random.NextSingle())], [.. Enumerable.Range(0, 64).Select(i => i % 3)]);
        trainer.Fit(data);
        trainer.Prune();
        if (rule == "Int8 Fbgemm")
            trainer.Calibrate(data);
        var model = trainer.Convert();
        Assert.InRange(model.Model.Network.Nodes.Sum(node => node.Weight?.Elements ?? 0), 1, (6 * 32) + (32 * 32) + (32 * 3));

        // Report compares what is left with the whole network; a file holds what is left.
        using var folder = new TemporaryFolder();
        model.Report(Path.Combine(folder.Path, "net.html"), data);
        model.Save(Path.Combine(folder.Path, "Net"));
        var loaded = CompressedModel.Load(Path.Combine(folder.Path, "Net.ctm"));
        var (sample, expected, actual) = (new float[] { 1, -1, 0.5f, 0, 2, -0.1f }, new float[3], new float[3]);
        model.Predict(sample, expected);
        loaded.Predict(sample, actual);
        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData("Float32")]
    [InlineData("Int8 Fbgemm mode=WeightOnly")]
    public void Everything_that_carries_a_float_channel_goes_with_it(string rule)
    {
        var net = new NetworkText("2x8x8").Conv(6, 3, 1).Elementwise("GELU").MaxPool(new Window(2, 2, 2, 2)).From("input")
            .Conv(5, new Window(3, 3, 2, 2, 1, 1, 1, 1)).ReLU6().Concat("2", "4").AvgPool(new Window(2, 2, 2, 2)).Flatten().Linear(3);
        var removed = Removed(net, rule, trainer =>
        {
            Zero(trainer, "0", 6, 1, 4);
            Zero(trainer, "3", 5, 0);
        });
        Assert.Equal(["2x8x8", "4x8x8", "4x8x8", "4x4x4", "4x4x4", "8x4x4", "8x2x2", "32", "3"],
            Shapes(removed).Where((_, index) => removed.Network.Nodes[index].Op != QuantizedOp.ReLU6));
        Assert.Equal([3, 32], removed.Network.Nodes[^1].Weight!.Dimensions);
    }

    [Fact]
    public void A_constant_that_is_not_zero_stays()
    {
        // Sigmoid makes 0.5 of nothing; a bias alone is a constant, too.
        var net = new NetworkText("4").Linear(5).Elementwise("Sigmoid").Linear(5).ReLU().Linear(3);
        var removed = Removed(net, "Float32", trainer =>
        {
            Zero(trainer, "0", 5, 1);
            Zero(trainer, "2", 5, 0, 3);
            trainer.SetParameter("2.bias", [0.25f, 0.1f, 0.1f, -0.25f, 0.1f]);
        });
        Assert.Equal(["4", "5", "5", "4", "3"], Shapes(removed).Where((_, index) => removed.Network.Nodes[index].Op != QuantizedOp.ReLU));
    }

    [Fact]
    public void What_decides_the_scale_of_a_dynamic_layer_stays()
    {
        // Nothing reads neurons 0 and 2 but the search for the range. Neuron 2 is always zero, and every range includes it.
        var net = new NetworkText("4").Linear(5).Linear(3);
        var removed = Removed(net, "Int8 Fbgemm mode=Dynamic", trainer =>
        {
            Zero(trainer, "0", 5, 2);
            var weight = trainer.GetParameter("1.weight");
            for (var o = 0; o < 3; o++)
                weight[o * 5] = weight[(o * 5) + 2] = 0;
            trainer.SetParameter("1.weight", weight);
        });
        Assert.Equal(["4", "4", "3"], Shapes(removed));
    }

    [Fact]
    public void Unread_float_neurons_go_backwards()
    {
        var net = new NetworkText("4").Linear(5).ReLU().Linear(6).ReLU().Linear(3);
        var removed = Removed(net, "Int8 Fbgemm mode=WeightOnly", trainer =>
        {
            var weight = trainer.GetParameter("4.weight");
            for (var o = 0; o < 3; o++)
                weight[o * 6] = weight[(o * 6) + 5] = 0;
            trainer.SetParameter("4.weight", weight);
        });
        Assert.Equal([5, 4], removed.Network.Nodes[1].Weight!.Dimensions);
        Assert.Equal([3, 4], removed.Network.Nodes[^1].Weight!.Dimensions);
    }

    [Theory]
    [InlineData(true, "Conv2d Flatten Linear")]
    [InlineData(false, "Conv2d ReLU Flatten Linear")]
    public void An_empty_residual_branch_leaves_at_most_a_ReLU(bool reluBefore, string left)
    {
        var net = new NetworkText("2x6x6").Conv(4, 3, 1);
        var (skip, end) = reluBefore ? ("1", "4") : ("0", "3");
        net = (reluBefore ? net.ReLU() : net).Conv(6, 3, 1).ReLU().Conv(4, 3, 1).Add(end, skip).ReLU().Flatten().Linear(3);
        var removed = Removed(net, "Float32", trainer => Zero(trainer, end, 4, 0, 1, 2, 3));
        Assert.Equal(left, string.Join(' ', removed.Network.Nodes.Skip(1).Select(node => node.Op)));
    }

    /// <summary>Converts, removes, and compares every bit of the result.</summary>
    private static QuantizedModel Removed(NetworkText text, string rule, Action<Trainer> prune)
    {
        var trainer = text.Trainer();
        prune(trainer);
        var calibration = new Calibration(Fusion.Run(trainer.Network), QuantizeText.Read(rule.Split(' '))!);
        var whole = Converter.Run(calibration);
        var removed = ChannelRemoval.Run(whole);
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            float[] sample = [.. Enumerable.Range(0, whole.InputLength).Select(_ => (random.NextSingle() * 8) - 4)];
            Assert.Equal(Interpreter.Trace(whole, sample)[^1], Interpreter.Trace(removed, sample)[^1]);
        }

        return removed;
    }

    private static void Zero(Trainer trainer, string layer, int count, params int[] filters)
    {
        foreach (var name in new[] { layer + ".weight", layer + ".bias" })
        {
            var values = trainer.GetParameter(name);
            foreach (var filter in filters)
                values.AsSpan(filter * (values.Length / count), values.Length / count).Clear();
            trainer.SetParameter(name, values);
        }
    }

    private static IEnumerable<string> Shapes(QuantizedModel model) => model.Network.Nodes.Select(node => node.Shape.ToString());
}
