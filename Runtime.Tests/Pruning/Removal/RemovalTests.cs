using CompileTime.Models;
using CompileTime.Pruning.Removal;
using CompileTime.Quantization;
using CompileTime.Reference;
using CompileTime.Shared;
using CompileTime.Tests.Quantization;

namespace CompileTime.Tests.Pruning.Removal;

/// <summary>What goes and what stays, structure by structure; that no byte changes is checked every time.</summary>
public sealed class RemovalTests
{
    [Fact]
    public void A_filter_goes_with_all_that_carries_it_and_the_columns_that_read_it()
    {
        var net = new NetworkText("2x8x8").Conv(6, 3, 1).BatchNorm().ReLU().MaxPool(new Window(2, 2, 2, 2)).Conv(5, 3, 1).ReLU6()
            .AvgPool(new Window(2, 2, 2, 2)).Flatten().Linear(7).ReLU().Linear(3);
        var removed = Removed(net, trainer =>
        {
            ZeroFilters(trainer, "0", 1, 4);
            ZeroFilters(trainer, "1", 1, 4);
            ZeroFilters(trainer, "4", 0);
            ZeroFilters(trainer, "8", 2, 3, 6);
        });
        Assert.Equal(["2x8x8", "4x8x8", "4x4x4", "4x4x4", "4x4x4", "4x2x2", "16", "4", "3"], Shapes(removed));
        Assert.Equal([4, 2, 3, 3], removed.Network.Nodes[1].Weight!.Dimensions);
        Assert.Equal([4, 4, 3, 3], removed.Network.Nodes[3].Weight!.Dimensions);
        Assert.Equal([4, 16], removed.Network.Nodes[7].Weight!.Dimensions);
        Assert.Equal([3, 4], removed.Network.Nodes[8].Weight!.Dimensions);
    }

    [Fact]
    public void A_channel_of_a_sum_goes_when_both_operands_are_without_it()
    {
        var net = new NetworkText("2x5x5").Conv(6, 3, 1).ReLU().Conv(6, 3, 1).Add("2", "1").ReLU().Conv(4, 3).Flatten().Linear(3);
        var removed = Removed(net, trainer =>
        {
            ZeroFilters(trainer, "0", 0, 1, 2);
            ZeroFilters(trainer, "2", 2, 3);
        });
        var add = removed.Network.Nodes.Single(node => node.Op == QuantizedOp.Add);
        Assert.Equal("5x5x5", add.Shape.ToString());

        // 125 elements are left of 150, of which the first 128 in memory were vectorized: channel 2 of six at each of 25 positions is gone.
        Assert.Equal([128 - 21], add.Vector!);
        Assert.Equal("5x5x5", removed.Network.Nodes[1].Shape.ToString());
    }

    [Fact]
    public void A_slice_of_a_concatenation_goes_and_so_does_a_whole_input()
    {
        var net = new NetworkText("2x5x5").Conv(9, 1).ReLU().From("input").Conv(4, 1).ReLU().From("input").Conv(3, 1).ReLU()
            .Concat("1", "3", "5").Conv(4, 3).Flatten().Linear(3);
        var removed = Removed(net, trainer =>
        {
            ZeroFilters(trainer, "0", 0, 8);
            ZeroFilters(trainer, "2", 0, 1, 2, 3);
            ZeroFilters(trainer, "4", 1);
        });
        Assert.Equal(["2x5x5", "7x5x5", "2x5x5", "9x5x5", "4x3x3", "36", "3"], Shapes(removed));
        Assert.Equal([7, 0], removed.Network.Nodes[3].Vector!);
    }

    [Fact]
    public void A_depthwise_channel_goes_for_want_of_its_input_or_of_its_weights()
    {
        var net = new NetworkText("3x6x6").Conv(8, 1).ReLU().Conv(8, new Window(3, 3, 1, 1, 1, 1, 1, 1), groups: 8, bias: false).ReLU()
            .Conv(4, 1).Flatten().Linear(3);
        var removed = Removed(net, trainer =>
        {
            ZeroFilters(trainer, "0", 0, 1);
            ZeroFilters(trainer, "2", 1, 2, 5);
        });
        Assert.Equal(["3x6x6", "4x6x6", "4x6x6", "4x6x6", "144", "3"], Shapes(removed));
        Assert.Equal(4, removed.Network.Nodes[2].Groups);
    }

    [Fact]
    public void Groups_go_as_wholes()
    {
        var net = new NetworkText("3x6x6").Conv(8, 1).ReLU().Conv(12, new Window(1, 1), groups: 4).ReLU().Conv(4, 1).Flatten().Linear(3);
        var removed = Removed(net, trainer =>
        {
            ZeroFilters(trainer, "2", 3, 4, 5, 6, 11);
            ZeroFilters(trainer, "0", 0);
        });

        // The second group has no filter left. Others lack one, or an input, which does not make a smaller convolution of equal groups.
        Assert.Equal(["3x6x6", "6x6x6", "9x6x6", "4x6x6", "144", "3"], Shapes(removed));
        Assert.Equal(3, removed.Network.Nodes[2].Groups);
    }

    [Fact]
    public void Filters_that_nobody_reads_go_backwards_through_the_network()
    {
        var net = new NetworkText("4").Linear(8).ReLU().Linear(6).ReLU().Linear(3);
        var removed = Removed(net, trainer =>
        {
            ZeroColumns(trainer, "4", 6, 0, 5);
            var weight = trainer.GetParameter("2.weight");
            // Columns 2 and 3 are only read by the two neurons that go.
            for (var o = 0; o < 6; o++)
                weight[(o * 8) + 2] = weight[(o * 8) + 3] = o is 0 or 5 ? 1 : 0;
            trainer.SetParameter("2.weight", weight);
        });
        Assert.Equal(["4", "6", "4", "3"], Shapes(removed));
    }

    [Fact]
    public void A_neuron_with_a_bias_alone_stays_unless_ReLU_makes_it_zero()
    {
        var net = new NetworkText("4").Linear(5).ReLU().Linear(3);
        var removed = Removed(net, trainer =>
        {
            ZeroFilters(trainer, "0", 1, 2);
            trainer.SetParameter("0.bias", [0.1f, 0.7f, -0.7f, 0.2f, 0]);
        });
        Assert.Equal(["4", "4", "3"], Shapes(removed));
        Assert.All(removed.Weights[1]!.Values[4..8].ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Constants_go_forward_where_a_bias_can_hold_them()
    {
        var net = new NetworkText("4").Linear(5).ReLU().Linear(4).ReLU().Linear(3);
        var removed = Removed(net, trainer =>
        {
            ZeroFilters(trainer, "0", 1);
            trainer.SetParameter("0.bias", [0.1f, 0.7f, 0.1f, 0.2f, 0]);
            // Neuron 3 of the second layer reads only the constant: it is constant, too, and then nobody reads the first.
            var weight = trainer.GetParameter("2.weight");
            for (var o = 0; o < 4; o++)
            {
                for (var i = 0; i < 5; i++)
                    weight[(o * 5) + i] = (o == 3) == (i == 1) ? 1 - (0.1f * i) : 0;
            }

            trainer.SetParameter("2.weight", weight);
        });
        Assert.Equal(["4", "4", "4", "3"], Shapes(removed));
    }

    [Fact]
    public void A_residual_branch_without_weights_goes_and_so_does_its_addition()
    {
        var net = new NetworkText("2x6x6").Conv(4, 3, 1).ReLU().Conv(6, 3, 1).ReLU().Conv(4, 3, 1).BatchNorm().Add("5", "1").ReLU()
            .Flatten().Linear(3);
        var removed = Removed(net, trainer =>
        {
            ZeroFilters(trainer, "4", 0, 1, 2, 3);
            ZeroFilters(trainer, "5", 0, 1, 2, 3);
        });
        Assert.Equal(["input", "0", "8", "9"], removed.Network.Nodes.Select(node => node.Name));
    }

    [Fact]
    public void An_addition_that_requantizes_stays_and_its_empty_branch_becomes_one_operator()
    {
        // The shortcut has negative values, and the sum's ReLU takes them away: its range is another, and rounding twice is not rounding
        // once.
        var net = new NetworkText("2x6x6").Conv(4, 1).From("input").Conv(6, 3, 1).ReLU().Conv(4, 3, 1).Add("0", "3").ReLU().Flatten()
            .Linear(3);
        var removed = Removed(net, trainer => ZeroFilters(trainer, "3", 0, 1, 2, 3));
        Assert.Equal(["2x6x6", "4x6x6", "4x6x6", "4x6x6", "144", "3"], Shapes(removed));
        var constant = removed.Network.Nodes[2];
        Assert.Equal([4, 1, 1, 1], constant.Weight!.Dimensions);
        Assert.Equal((4, 0), (constant.Groups, constant.Weight.Nonzeros));
    }

    [Fact]
    public void A_network_without_any_weight_still_runs()
    {
        var net = new NetworkText("2x6x6").Conv(4, 3).ReLU().Concat("1", "1").MaxPool(new Window(2, 2, 2, 2)).Flatten().Linear(5).ReLU()
            .Linear(3);
        var removed = Removed(net, trainer =>
        {
            foreach (var name in trainer.ParameterNames)
                trainer.SetParameter(name, new float[trainer.GetParameter(name).Length]);
        });
        Assert.Equal(["2x6x6", "1x4x4", "2x4x4", "2x2x2", "8", "1", "3"], Shapes(removed));
    }

    [Fact]
    public void The_input_and_the_result_keep_their_shapes()
    {
        var net = new NetworkText("6").Linear(4).ReLU().Linear(3);
        var removed = Removed(net, trainer =>
        {
            ZeroColumns(trainer, "0", 6, 0, 1, 2);
            ZeroFilters(trainer, "2", 0, 2);
        });
        Assert.Equal(["6", "4", "3"], Shapes(removed));
    }

    /// <summary>Converts, removes, and compares every byte of the result on typical and on wild inputs.</summary>
    private static QuantizedModel Removed(NetworkText text, Action<Trainer> prune)
    {
        var trainer = text.Trainer();
        var random = new Random(1);
        foreach (var name in trainer.ParameterNames.Where(name => name.EndsWith(".bias", StringComparison.Ordinal)))
            trainer.SetParameter(name, [.. trainer.GetParameter(name).Select(_ => (random.NextSingle() * 0.2f) + 0.01f)]);
        prune(trainer);
        var calibration = new Calibration(Fusion.Run(trainer.Network), new QuantizeRule("Int8", "Fbgemm"));
        var length = trainer.Definition.InputShape.Elements;
        var samples = new float[64 * length];
        foreach (ref var value in samples.AsSpan())
            value = (random.NextSingle() * 2) - 1;
        calibration.Observe(samples, 64);
        var whole = Converter.Run(calibration);
        var removed = ChannelRemoval.Run(whole);
        var bytes = new byte[length];
        for (var i = 0; i < 200; i++)
        {
            random.NextBytes(bytes);
            Assert.Equal(Interpreter.Trace(whole, bytes)[^1], Interpreter.Trace(removed, bytes)[^1]);
        }

        return removed;
    }

    /// <summary>As structured pruning does: the filter and its bias; of a BatchNorm, gamma and beta.</summary>
    private static void ZeroFilters(Trainer trainer, string layer, params int[] filters)
    {
        foreach (var name in new[] { layer + ".weight", layer + ".bias" }.Intersect(trainer.ParameterNames))
        {
            var values = trainer.GetParameter(name);
            var size = values.Length / trainer.Definition.Layers.Single(found => found.Name == layer).OutputShape.Channels;
            foreach (var filter in filters)
                values.AsSpan(filter * size, size).Clear();
            trainer.SetParameter(name, values);
        }
    }

    private static void ZeroColumns(Trainer trainer, string layer, int inputs, params int[] columns)
    {
        var values = trainer.GetParameter(layer + ".weight");
        for (var row = 0; row < values.Length; row += inputs)
        {
            foreach (var column in columns)
                values[row + column] = 0;
        }

        trainer.SetParameter(layer + ".weight", values);
    }

    private static IEnumerable<string> Shapes(QuantizedModel model) => model.Network.Nodes.Select(node => node.Shape.ToString());
}
