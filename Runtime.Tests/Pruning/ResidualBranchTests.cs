using CompileTime.Models;
using CompileTime.Pruning.Removal;
using CompileTime.Quantization;
using CompileTime.Reference;
using CompileTime.Shared;
using CompileTime.Tests.Quantization;

namespace CompileTime.Tests.Pruning;

/// <summary>Structure.Layer: what a residual branch is, which one goes, and that it leaves the network.</summary>
public sealed class ResidualBranchTests
{
    [Fact]
    public void A_branch_is_what_an_addition_leads_past()
    {
        var branches = ResidualBranch.Of(Network("").Definition.Layers);
        Assert.Equal(["5", "12"], branches.Select(branch => Name(branch.Last)));
        Assert.Equal(["2", "3", "4", "5", "6"], branches[0].Layers.Select(Name));
        Assert.Equal(["9", "10", "11", "12", "13"], branches[1].Layers.Select(Name));
        string Name(int layer) => Network("").Definition.Layers[layer].Name;
    }

    [Fact]
    public void No_branch_is_what_others_read_or_what_is_no_longer_than_the_skip()
    {
        var read = new NetworkText("2x4x4").Conv(4, 1).Conv(4, 1).Add("0", "1").Add("2", "1").Flatten().Linear(3).Read();
        Assert.Empty(ResidualBranch.Of(read.Layers));
        var equal = new NetworkText("2x4x4").Conv(4, 1).From("input").Conv(4, 1).Add("0", "1").Flatten().Linear(3).Read();
        Assert.Empty(ResidualBranch.Of(equal.Layers));
        var concat = new NetworkText("2x4x4").Conv(2, 1).From("input").Conv(2, 1).Concat("0", "1").From("input").Conv(4, 1).Add("2", "3")
            .Flatten().Linear(3).Read();
        Assert.Empty(ResidualBranch.Of(concat.Layers));
    }

    [Theory]
    [InlineData("Sigmoid", 0)]
    [InlineData("Hardsigmoid", 0)]
    [InlineData("Tanh", 1)]
    [InlineData("Hardswish", 1)]
    public void No_branch_is_what_makes_something_of_zero(string function, int branches)
    {
        var net = new NetworkText("2x4x4").Conv(4, 1).Conv(4, 1).Elementwise(function).Add("0", "2").Flatten().Linear(3).Read();
        Assert.Equal(branches, ResidualBranch.Of(net.Layers).Count);
    }

    [Theory]
    [InlineData(1f, 1.2f, "5")]
    [InlineData(1f, 0.9f, "12")]
    public void The_branch_with_the_smallest_last_layer_goes_with_all_that_is_its_own(float first, float second, string gone)
    {
        var trainer = Network("L1:1w:global:layer");

        // The last layers have 54 and 72 weights to an output, and are that much smaller at first.
        Fill(trainer, "5.weight", first / MathF.Sqrt(54));
        Fill(trainer, "12.weight", second / MathF.Sqrt(72));
        trainer.Prune();
        string[] own = gone == "5" ? ["2", "3", "5", "6"] : ["9", "10", "12", "13"];
        foreach (var name in trainer.ParameterNames.Where(name => !name.Contains("running", StringComparison.Ordinal)))
        {
            var isGone = own.Contains(name.Split('.')[0]);
            Assert.Equal(isGone, IsGone(trainer, name));
            Assert.True(!isGone || trainer.GetParameter(name).All(value => value == 0), name);
        }
    }

    [Theory]
    [InlineData("L1:0:global:layer", 0)]
    [InlineData("L1:0.5:global:layer", 1)]
    [InlineData("L1:1:global:layer", 2)]
    [InlineData("Random:1w:global:layer", 1)]
    [InlineData("Linf:1w:global:layer", 1)]
    [InlineData("L1:below1000:local:layer", 2)]
    public void Amounts_are_of_branches(string rule, int gone)
    {
        var trainer = Network(rule);
        trainer.SetParameter("0.weight", trainer.GetParameter("0.weight"));
        if (gone > 0)
            trainer.Prune();
        Assert.Equal(gone, new[] { "5.weight", "12.weight" }.Count(name => IsGone(trainer, name)));
    }

    [Fact]
    public void Pruned_branches_leave_the_network()
    {
        var trainer = Network("L1:1:global:layer");
        trainer.SetParameter("0.weight", trainer.GetParameter("0.weight"));
        var dense = Convert(trainer);
        trainer.Prune();
        var whole = Convert(trainer);
        var small = ChannelRemoval.Run(whole);
        var bytes = new byte[trainer.Definition.InputShape.Elements];
        for (var i = 0; i < 50; i++)
        {
            new Random(i).NextBytes(bytes);
            Assert.Equal(Interpreter.Trace(whole, bytes)[^1], Interpreter.Trace(small, bytes)[^1]);
        }

        // The first addition changes nothing. The second one requantizes: one operator without weights is left of its branch.
        Assert.Equal(["input", "0", "14", "12", "16", "18", "19"], small.Network.Nodes.Select(node => node.Name));
        Assert.Equal(dense.Network.Nodes.Count - 4, small.Network.Nodes.Count);
        Assert.True(Macs(small) * 8 < Macs(dense), $"{Macs(small)} of {Macs(dense)}");
        long Macs(QuantizedModel model) => model.Network.Nodes.Where(node => node.Weight is not null)
            .Sum(node => (long)node.Weight!.Elements * node.Shape.Positions);
    }

    private static QuantizedModel Convert(Trainer trainer)
    {
        var random = new Random(1);
        var calibration = new Calibration(Fusion.Run(trainer.Network), new QuantizeRule("Int8", "Fbgemm"));
        calibration.Observe(
            [.. Enumerable.Range(0, 64 * trainer.Definition.InputShape.Elements).Select(_ => (random.NextSingle() * 2) - 1)], 64);
        return Converter.Run(calibration);
    }

    /// <summary>Stem 0; branch 2 to 6 and its sum 7; branch 9 to 13 beside a projection 15, and their sum.</summary>
    private static Trainer Network(string rule)
    {
        var text = new NetworkText("1x8x8").Conv(6, 3, 1).ReLU()
            .Conv(6, 3, 1).BatchNorm().ReLU().Conv(6, 3, 1).BatchNorm().Add("1", "6").ReLU()
            .Conv(8, new Window(3, 3, 2, 2, 1, 1, 1, 1)).BatchNorm().ReLU().Conv(8, 3, 1).BatchNorm()
            .From("8").Conv(8, new Window(1, 1, 2, 2)).BatchNorm().Add("15", "13").ReLU().Flatten().Linear(3).ToString();
        return new Trainer(string.Join('\n', text.Split('\n').Select(line =>
            rule.Length > 0 && (line.StartsWith("5 ", StringComparison.Ordinal) || line.StartsWith("12 ", StringComparison.Ordinal))
                ? line.Insert(line.IndexOf(" -> ", StringComparison.Ordinal), " prune=" + rule)
                : line)), 1);
    }

    private static bool IsGone(Trainer trainer, string name) =>
        trainer.Pruning.IsPruned(name) && !trainer.Pruning.GetMask(name)!.Contains(1);

    private static void Fill(Trainer trainer, string name, float value) =>
        trainer.SetParameter(name, [.. trainer.GetParameter(name).Select((_, i) => i % 2 == 0 ? value : -value)]);
}
