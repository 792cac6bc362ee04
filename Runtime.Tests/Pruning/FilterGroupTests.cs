using CompileTime.Pruning.Removal;
using CompileTime.Quantization;
using CompileTime.Reference;
using CompileTime.Shared;
using CompileTime.Tests.Quantization;

namespace CompileTime.Tests.Pruning;

/// <summary>Structure.Filter where channels are tied: what is pruned together, and that it then leaves the network.</summary>
public sealed class FilterGroupTests
{
    private const string Rule = "L1:0.5:global:filter";

    [Fact]
    public void Both_operands_of_an_addition_lose_the_same_channels()
    {
        var trainer = Residual(Rule, Rule);

        // Channel 0 is the largest of one operand, and worthless in the other: it is the mean that counts. Layers count alike.
        Fill(trainer, "0.weight", [9, 1, 2, 8]);
        Fill(trainer, "2.weight", [1, 2, 3, 4]);
        Fill(trainer, "4.weight", [0.1f, 0.3f, 0.2f, 0.9f]);
        trainer.Prune();
        foreach (var name in (string[])["0.bias", "4.bias", "5.weight", "5.bias"])
            Assert.Equal([1, 0, 0, 1], trainer.Pruning.GetMask(name)!);
        Assert.Equal([0, 0, 1, 1], trainer.Pruning.GetMask("2.bias")!);
        Assert.Equal([1, 0, 0, 1], Left(trainer, "0.weight"));
        Assert.Equal([1, 0, 0, 1], Left(trainer, "4.weight"));
        Assert.False(trainer.Pruning.IsPruned("9.weight"));
    }

    [Theory]
    [InlineData(Rule, "")]
    [InlineData(Rule, "L1:0.5:local")]
    [InlineData("L1:0.5:local:filter", "L1:0.25:local:filter")]
    public void Layers_with_different_rules_keep_what_ties_them(string stem, string branch)
    {
        var trainer = Residual(stem, branch);
        Fill(trainer, "2.weight", [1, 2, 3, 4]);
        trainer.Prune();
        Assert.Equal([1, 1, 1, 1], Left(trainer, "0.weight"));
        Assert.All(Left(trainer, "4.weight"), left => Assert.Equal(1, left));
    }

    [Fact]
    public void Layers_with_the_same_rule_of_their_own_are_ranked_together()
    {
        var trainer = Residual("L1:1w:local:filter", "L1:1w:local:filter");
        Fill(trainer, "0.weight", [4, 1, 2, 8]);
        Fill(trainer, "2.weight", [1, 2, 3, 4]);
        Fill(trainer, "4.weight", [1, 9, 2, 8]);
        trainer.Prune();
        Assert.Equal([1, 1, 0, 1], Left(trainer, "0.weight"));
        Assert.Equal([1, 1, 0, 1], Left(trainer, "4.weight"));
        Assert.Equal([0, 1, 1, 1], Left(trainer, "2.weight"));
    }

    [Fact]
    public void A_threshold_is_for_the_mean_of_what_goes_together()
    {
        var trainer = Residual("L1:below2:local:filter", "L1:below2:local:filter");
        trainer.SetParameter("0.weight", [.. Enumerable.Range(0, 36).Select(i => i / 9 == 0 ? 3f / 9 : 1f / 9)]);
        trainer.SetParameter("4.weight", [.. Enumerable.Range(0, 144).Select(i => i / 36 == 1 ? 4f / 36 : 0.5f / 36)]);
        trainer.Prune();
        Assert.Equal([0, 1, 0, 0], Left(trainer, "0.weight"));
        Assert.Equal([0, 1, 0, 0], Left(trainer, "4.weight"));
    }

    [Fact]
    public void Slices_of_a_concatenation_go_by_themselves_and_with_the_normalization_behind_it()
    {
        var net = new NetworkText("2x5x5").Conv(2, 1).From("input").Conv(3, 1).Concat("0", "1").BatchNorm().Conv(5, 1).Add("4", "3")
            .Flatten().Linear(3);
        var trainer = new Trainer(WithRules(net, _ => "L1:2w:local:filter"), 1);
        Fill(trainer, "0.weight", [9, 5]);
        Fill(trainer, "1.weight", [9, 1, 9]);
        Fill(trainer, "4.weight", [9, 4, 9, 1, 9]);
        trainer.Prune();
        Assert.Equal([1, 0], Left(trainer, "0.weight"));
        Assert.Equal([1, 0, 1], Left(trainer, "1.weight"));
        Assert.Equal([1, 0, 1, 0, 1], Left(trainer, "4.weight"));
        Assert.Equal([1, 0, 1, 0, 1], trainer.Pruning.GetMask("3.bias")!);
    }

    [Fact]
    public void A_depthwise_convolution_follows_its_input_and_a_grouped_one_loses_whole_groups()
    {
        var window = new Window(1, 1);
        var net = new NetworkText("2x3x3").Conv(4, 1).Conv(8, window, groups: 4).Conv(6, window, groups: 2).Conv(2, 1).Flatten().Linear(3);
        var trainer = new Trainer(WithRules(net, layer => layer < 3 ? Rule : ""), 1);
        Fill(trainer, "0.weight", [1, 1, 2, 2]);
        Fill(trainer, "1.weight", [1, 1, 1, 1, 2, 2, 2, 2]);
        Fill(trainer, "2.weight", [1, 1, 1, 2, 2, 2]);
        trainer.Prune();

        // Four channels and their eight depthwise ones feed two groups: two units, of which one goes.
        Assert.Equal([0, 0, 1, 1], Left(trainer, "0.weight"));
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1], Left(trainer, "1.weight"));
        Assert.Equal([0, 0, 0, 1, 1, 1], Left(trainer, "2.weight"));
    }

    [Fact]
    public void What_is_tied_to_the_input_stays()
    {
        var net = new NetworkText("4x3x3").Conv(4, new Window(1, 1), groups: 4).Conv(4, 1).Add("1", "input").Conv(4, 1).Flatten().Linear(3);
        var trainer = new Trainer(WithRules(net, _ => Rule), 1);
        Fill(trainer, "3.weight", [1, 2, 3, 4]);
        trainer.Prune();
        Assert.Equal([1, 1, 1, 1], Left(trainer, "0.weight"));
        Assert.Equal([1, 1, 1, 1], Left(trainer, "1.weight"));
        Assert.Equal(2, Left(trainer, "3.weight").Sum());
    }

    [Theory]
    [InlineData("Int8 Fbgemm")]
    [InlineData("Float32")]
    [InlineData("Int8 Fbgemm mode=Dynamic")]
    [InlineData("Int8 Fbgemm mode=WeightOnly")]
    public void Half_of_a_residual_networks_filters_are_three_quarters_of_its_work(string rule) => Shrinks(rule, new NetworkText("1x12x12")
        .Conv(8, 3, 1).BatchNorm().ReLU()
        .Conv(8, 3, 1).BatchNorm().ReLU().Conv(8, 3, 1).BatchNorm().Add("2", "7").ReLU()
        .Conv(16, new Window(3, 3, 2, 2, 1, 1, 1, 1)).BatchNorm().ReLU().Conv(16, 3, 1).BatchNorm()
        .From("9").Conv(16, new Window(1, 1, 2, 2)).BatchNorm().Add("16", "14").ReLU()
        .AvgPool(new Window(6, 6, 6, 6)).Flatten().Linear(3));

    [Theory]
    [InlineData("Int8 Fbgemm")]
    [InlineData("Float32")]
    [InlineData("Int8 Fbgemm mode=Dynamic")]
    [InlineData("Int8 Fbgemm mode=WeightOnly")]
    public void Half_of_a_depthwise_separable_networks_filters_are_most_of_its_work(string rule) => Shrinks(rule, new NetworkText("1x12x12")
        .Conv(16, 3, 1).BatchNorm().ReLU()
        .Conv(16, new Window(3, 3, 1, 1, 1, 1, 1, 1), groups: 16).BatchNorm().ReLU().Conv(16, 1).BatchNorm().ReLU()
        .Conv(16, new Window(3, 3, 1, 1, 1, 1, 1, 1), groups: 16).BatchNorm().ReLU().Conv(32, 1).BatchNorm().ReLU()
        .AvgPool(new Window(12, 12, 12, 12)).Flatten().Linear(3));

    /// <summary>Prunes each layer by half, converts, and checks that every channel that is masked is gone and no bit has changed.</summary>
    private static void Shrinks(string rule, NetworkText net)
    {
        var trainer = new Trainer(WithRules(net, layer => layer == net.Read().Layers.Count - 1 ? "" : "L1:0.5:global:filter"), 1);
        var random = new Random(5);
        foreach (var name in trainer.ParameterNames.Where(name => name.EndsWith(".bias", StringComparison.Ordinal)))
            trainer.SetParameter(name, [.. trainer.GetParameter(name).Select(_ => random.NextSingle() * 0.2f)]);
        trainer.Prune();
        var calibration = new Calibration(Fusion.Run(trainer.Network), QuantizeText.Read(rule.Split(' '))!);
        var length = trainer.Definition.InputShape.Elements;
        if (calibration.NeedsSamples)
            calibration.Observe([.. Enumerable.Range(0, 64 * length).Select(_ => (random.NextSingle() * 2) - 1)], 64);
        var whole = Converter.Run(calibration);
        var small = ChannelRemoval.Run(whole);
        for (var i = 0; i < 50; i++)
        {
            float[] sample = [.. Enumerable.Range(0, length).Select(_ => (random.NextSingle() * 4) - 2)];
            Assert.Equal(Interpreter.Trace(whole, sample)[^1], Interpreter.Trace(small, sample)[^1]);
        }

        foreach (var node in small.Network.Nodes.Where(node => node.Weight is not null))
        {
            var before = whole.Network.Nodes.Single(old => old.Name == node.Name);
            var kept = trainer.Definition.Layers.Single(layer => layer.Name == node.Name).Prune is null
                ? before.Shape.Channels
                : Left(trainer, node.Name + ".weight").Sum();
            Assert.Equal(kept, node.Shape.Channels);
        }

        // Half of inputs and outputs is a quarter, of depthwise layers and those at the ends a half; which layers lose more than others
        // is for the ranking.
        Assert.InRange(Macs(small), 0.2 * Macs(whole), 0.4 * Macs(whole));
        double Macs(Models.QuantizedModel model) => model.Network.Nodes.Where(node => node.Weight is not null)
            .Sum(node => (double)node.Weight!.Elements * node.Shape.Positions);
    }

    /// <summary>Stem 0, branch 2 to 5 with BatchNorm, sum 6.</summary>
    private static Trainer Residual(string stem, string branch)
    {
        var net = new NetworkText("1x4x4").Conv(4, 3, 1).ReLU().Conv(4, 3, 1).ReLU().Conv(4, 3, 1).BatchNorm().Add("1", "5").ReLU()
            .Flatten().Linear(3);
        return new Trainer(WithRules(net, layer => layer switch { 0 => stem, 2 => stem, 4 => branch, _ => "" }), 1);
    }

    private static string WithRules(NetworkText net, Func<int, string> rule) => string.Join('\n', net.ToString().Split('\n').Select(line =>
    {
        var at = line.IndexOf(" -> ", StringComparison.Ordinal);
        if (at < 0 || !line.Contains(" bias=", StringComparison.Ordinal) || line.Contains("Linear", StringComparison.Ordinal))
            return line;
        var text = rule(int.Parse(line.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        return text.Length == 0 ? line : line.Insert(at, " prune=" + text);
    }));

    /// <summary>All weights of filter f become <c>norms[f]</c>.</summary>
    private static void Fill(Trainer trainer, string name, float[] norms)
    {
        var length = trainer.GetParameter(name).Length;
        trainer.SetParameter(name, [.. Enumerable.Range(0, length).Select(i => norms[i / (length / norms.Length)])]);
    }

    private static int[] Left(Trainer trainer, string name)
    {
        var (values, mask) = (trainer.GetParameter(name), trainer.Pruning.GetMask(name));
        var layer = trainer.Definition.Layers.Single(layer => layer.Name + ".weight" == name);
        var filters = layer.OutputShape.Channels;
        return [.. Enumerable.Range(0, filters).Select(filter =>
            mask is null || mask.Skip(filter * (values.Length / filters)).Take(values.Length / filters).Contains(1) ? 1 : 0)];
    }
}
