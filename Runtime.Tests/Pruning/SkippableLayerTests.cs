using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;
using CompileTime.Tests.Quantization;
using CompileTime.Tests.Training;

namespace CompileTime.Tests.Pruning;

/// <summary>Structure.Layer: layers that become the identity. Everywhere the network is the one that is declared without them.</summary>
public sealed class SkippableLayerTests
{
    private static readonly Dataset Images = Networks.Data(64, 96);
    private static readonly Dataset Vectors = Networks.Data(64, 192);

    [Fact]
    public void Between_others_and_with_shapes_that_agree()
    {
        var layers = new NetworkText("4x6x6").Conv(4, 3, 1).ReLU().Conv(4, 3, 1).Dropout("0.1").BatchNorm().ReLU().Conv(4, 3)
            .Conv(4, new Window(3, 3, 1, 1, 1, 1, 1, 1), groups: 4).Flatten()
            .Linear(64).Linear(64).Linear(64, bias: false).Softmax().Read().Layers;

        // 0 reads the input, 6 has smaller images, 9 is behind a Flatten of the same size, and 11 gives the result.
        // The first one's ReLU repeats the one before.
        Assert.Equal(["2 4 5", "7", "9", "10"], SkippableLayer.Of(layers).Select(layer => string.Join(' ', layer.Layers)));
    }

    [Fact]
    public void Not_in_a_branch_and_without_a_normalization_that_reads_others_too()
    {
        var branch = new NetworkText("4x6x6").Conv(4, 3, 1).Conv(4, 3, 1).Conv(4, 3, 1).Add("0", "2").Conv(4, 1).Flatten().Linear(3).Read();
        Assert.Equal([4], SkippableLayer.Of(branch.Layers).Select(layer => layer.Index));
        var read = new NetworkText("4x6x6").Conv(4, 1).Conv(4, 1).BatchNorm().Concat("1", "2").Flatten().Linear(3).Read();
        Assert.Equal([1], Assert.Single(SkippableLayer.Of(read.Layers)).Layers);
    }

    [Theory]
    [InlineData(0.5f, "2")]
    [InlineData(2f, "5")]
    public void The_smallest_goes_with_its_bias_and_normalization(float first, string gone)
    {
        var trainer = new Trainer(Conv("L1:1w:global:layer"), 1);
        trainer.SetParameter("2.weight", [.. trainer.GetParameter("5.weight").Select(value => value * first)]);
        trainer.Prune();
        string[] own = gone == "2" ? ["2", "3"] : ["5"];
        foreach (var name in trainer.ParameterNames.Where(name => !name.Contains("running", StringComparison.Ordinal)))
            Assert.Equal(own.Contains(name.Split('.')[0]), trainer.Pruning.GetMask(name)?.Contains(1) == false);
        Assert.Equal(gone == "2" ? ["2", "3", "4"] : own, trainer.Network.Skipped.Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Float_values_and_training_are_those_of_the_network_without_it(bool isActivated)
    {
        var (whole, without, shared) = Pair(isActivated);
        var samples = LayerCases.Uniform(8 * 64, 3);
        Assert.Equal(without.Network.Forward(samples, 8).ToArray(), whole.Network.Forward(samples, 8).ToArray());
        whole.Fit(Images, Options());
        without.Fit(Images, Options());
        foreach (var (own, name) in shared)
            Assert.Equal(without.GetParameter(name), whole.GetParameter(own));
        Assert.Equal(without.Evaluate(Images), whole.Evaluate(Images));
        Assert.Equal(isActivated ? ["2", "3", "4"] : ["1", "3"], whole.Network.Skipped.Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Converted_networks_are_the_same_after_calibration_and_after_training_with_rounding(bool isActivated)
    {
        var (whole, without, _) = Pair(isActivated);
        whole.Calibrate(Images);
        without.Calibrate(Images);
        AssertSame(whole.Convert(), without.Convert());
        foreach (var trainer in (Trainer[])[whole, without])
        {
            trainer.PrepareQat();
            trainer.Fit(Images, Options());
        }

        Assert.Equal(without.Evaluate(Images), whole.Evaluate(Images));
        AssertSame(whole.Convert(), without.Convert());
    }

    [Fact]
    public void Validate_and_the_report_know_that_it_is_gone()
    {
        var (trainer, _, _) = Pair(isActivated: true);
        var pruned = trainer.Evaluate(Images);
        trainer.Calibrate(Images);
        var model = trainer.Convert();
        var report = model.Validate(Images);
        Assert.Equal(pruned, report.Pruned);
        var work = report.Work.Single(layer => layer.Name == "2");
        Assert.Equal((4, 0, 0L), (work.Channels, work.ChannelsLeft, work.MacsLeft));
        var density = report.Layers.Single(layer => layer.Name == "2");
        Assert.Equal((0L, 0L), (density.KeptFloat!.Value, density.KeptInt8));
        using var files = new TemporaryFolder();
        Assert.DoesNotContain(model.Report(files["report.html"], Images).Layers, layer => layer.Name == "2");
    }

    [Fact]
    public void A_deep_network_trains_on_without_its_layers_and_continues_from_a_checkpoint()
    {
        using var files = new TemporaryFolder();
        var text = Text("L1:2w:global:layer", new NetworkText("64").Linear(64).ReLU().Linear(64).ReLU().Linear(64).ReLU().Linear(64).ReLU()
            .Linear(3), 2, 4, 6);
        var trainer = new Trainer(text, 1);
        trainer.Fit(Vectors, Options());
        trainer.Prune();
        var before = trainer.Evaluate(Vectors);
        trainer.SaveCheckpoint(files["pruned"]);
        trainer.Fit(Vectors, Options());
        Assert.Equal(4, trainer.Network.Skipped.Count);
        Assert.InRange(trainer.Evaluate(Vectors), Math.Max(before, 0.9), 1);

        var resumed = new Trainer(text, 9);
        resumed.LoadCheckpoint(files["pruned"]);
        Assert.Equal(before, resumed.Evaluate(Vectors));
        resumed.Fit(Vectors, Options());
        Assert.Equal(Problems.Bits(trainer), Problems.Bits(resumed));

        // The ReLU of a skipped layer repeats the one before: it goes, too.
        resumed.Calibrate(Vectors);
        var left = resumed.Convert().Model.Network.Nodes;
        Assert.Equal([QuantizedOp.Quantize, QuantizedOp.Linear, QuantizedOp.Linear, QuantizedOp.Linear], left.Select(node => node.Op));
        Assert.Equal([false, true, true, false], left.Select(node => node.Relu));
    }

    [Fact]
    public void Training_with_rounding_continues_from_a_checkpoint_in_a_trainer_that_was_never_pruned()
    {
        using var files = new TemporaryFolder();
        var (trainer, _, _) = Pair(isActivated: true);
        trainer.PrepareQat();
        trainer.Fit(Images, Options());
        trainer.SaveCheckpoint(files["qat"]);
        var resumed = new Trainer(Conv("L1:1w:global:layer"), 9);
        resumed.LoadCheckpoint(files["qat"]);
        AssertSame(trainer.Convert(), resumed.Convert());
    }

    [Fact]
    public void What_cannot_be_undone_or_done_later_is_an_error_that_changes_nothing()
    {
        var (trainer, _, _) = Pair(isActivated: true);
        var undone = Assert.Throws<InvalidOperationException>(() => trainer.Pruning.Remove("2.weight"));
        Assert.Contains("identity", undone.Message, StringComparison.Ordinal);
        trainer.PrepareQat();
        trainer.Fit(Images, Options());
        var before = Problems.Bits(trainer);
        Assert.Contains("Structure.Layer", Assert.Throws<InvalidOperationException>(trainer.Prune).Message, StringComparison.Ordinal);
        Assert.Equal(before, Problems.Bits(trainer));
        Assert.DoesNotContain(0, trainer.Pruning.GetMask("5.weight")!);
        trainer.Pruning.L1Unstructured("5.weight", 0.5);
    }

    private static FitOptions Options() => new() { Epochs = 3, BatchSize = 16, Optimizer = new Adam(2e-3f) };

    private static void AssertSame(CompressedModel whole, CompressedModel without)
    {
        // Names tell the declared layers' places; the rest is the same, to the bytes of the weights and of all values.
        Assert.Equal(without.Model.Network.Nodes.Select(node => (node.Op, node.Shape, node.Scale, node.ZeroPoint, node.Relu)),
            whole.Model.Network.Nodes.Select(node => (node.Op, node.Shape, node.Scale, node.ZeroPoint, node.Relu)));
        Assert.Equal(WeightBlob.Write(without.Model), WeightBlob.Write(whole.Model));
        var bytes = new byte[64];
        for (var i = 0; i < 20; i++)
        {
            new Random(i).NextBytes(bytes);
            Assert.Equal(Interpreter.Trace(without.Model, bytes)[^1], Interpreter.Trace(whole.Model, bytes)[^1]);
        }
    }

    /// <summary>A network that lost a layer with its BatchNorm, the same one declared without, and the names of what both have.</summary>
    private static (Trainer Whole, Trainer Without, IReadOnlyList<(string Own, string Name)> Shared) Pair(bool isActivated)
    {
        var without = isActivated
            ? new NetworkText("1x8x8").Conv(4, 3, 1).ReLU().Conv(4, 3, 1).ReLU6().Flatten().Linear(3)
            : new NetworkText("1x8x8").Conv(4, 3, 1).ReLU().Flatten().Linear(3);
        (int Own, int Other)[] places = isActivated ? [(0, 0), (5, 2), (8, 5)] : [(0, 0), (6, 3)];
        var shared = places.SelectMany(place => (string[])[".weight", ".bias"],
            (place, part) => (place.Own + part, place.Other + part)).ToList();
        const string Rule = "L1:1w:global:layer";
        var whole = isActivated ? Conv(Rule) : Text(Rule, new NetworkText("1x8x8").Conv(4, 3, 1).Conv(4, 3, 1).Dropout("0")
            .BatchNorm().ReLU().Flatten().Linear(3), 1);
        var pair = (Whole: new Trainer(whole, 1), Without: new Trainer(Text("", without), 1), shared);
        var gone = isActivated ? "2.weight" : "1.weight";
        pair.Whole.SetParameter(gone, [.. pair.Whole.GetParameter(gone).Select(value => value / 4)]);
        pair.Whole.Prune();
        foreach (var (own, name) in shared)
            pair.Without.SetParameter(name, pair.Whole.GetParameter(own));
        return pair;
    }

    /// <summary>Layers 2 (with BatchNorm 3) and 5 can go.</summary>
    private static string Conv(string rule) => Text(rule, new NetworkText("1x8x8").Conv(4, 3, 1).ReLU()
        .Conv(4, 3, 1).BatchNorm().ReLU().Conv(4, 3, 1).ReLU6().Flatten().Linear(3), 2, 5);

    private static string Text(string rule, NetworkText network, params int[] layers)
    {
        var lines = network.ToString().Split('\n').ToList();
        foreach (var layer in layers)
            lines[layer + 2] = lines[layer + 2].Replace(" -> ", " prune=" + rule + " -> ", StringComparison.Ordinal);
        lines.Insert(2, Networks.Quantized.TrimEnd());
        return string.Join('\n', lines);
    }
}
