using CompileTime.Tests.Quantization;
using CompileTime.Tests.Training;

namespace CompileTime.Tests.Pruning;

public sealed class SensitivityTests
{
    [Fact]
    public void Each_layer_is_measured_as_if_it_alone_were_pruned()
    {
        var (trainer, test) = (Networks.Trained(Networks.Residual, 64), Networks.Data(64, 200, seed: 11));
        var report = trainer.Sensitivity(test, 0.9, 0, 0.5);
        Assert.Equal([0, 0.5, 0.9], report.Amounts);
        Assert.Equal(["stem", "a", "b", "c", "d", "short", "fc"], report.Layers.Select(layer => layer.Name));
        Assert.Equal(trainer.Evaluate(test), report.Baseline);
        Assert.All(report.Layers, layer => Assert.Equal(report.Baseline, layer.Metrics[0]));
        foreach (var layer in report.Layers)
        {
            // By hand: the smallest 90 %, by value and place, are zero.
            var name = layer.Name + ".weight";
            var values = trainer.GetParameter(name);
            var before = trainer.GetParameter(name);
            Assert.Equal(values.Length, layer.Units);
            var count = (int)Math.Round(0.9 * values.Length, MidpointRounding.ToEven);
            foreach (var i in Enumerable.Range(0, values.Length).OrderBy(i => Math.Abs(values[i])).Take(count).ToArray())
                values[i] = 0;
            trainer.SetParameter(name, values);
            Assert.Equal(trainer.Evaluate(test), layer.Metrics[2]);
            trainer.SetParameter(name, before);
        }

        Assert.Contains(report.Layers, layer => layer.Metrics[2] < report.Baseline);
    }

    [Fact]
    public void Filters_go_with_their_normalization_and_channels_do_not()
    {
        var (trainer, test) = (Networks.Trained(Networks.Residual, 64), Networks.Data(64, 200, seed: 11));
        var bits = Problems.Bits(trainer);
        var filters = trainer.Sensitivity(test, Structure.Filter, [0.5]);
        var channels = trainer.Sensitivity(test, Structure.Channel, [0.5]);
        Assert.Equal(bits, Problems.Bits(trainer));
        Assert.False(trainer.IsPruned);
        Assert.Equal([8, 8, 8, 16, 16, 16, 3], filters.Layers.Select(layer => layer.Units));
        Assert.Equal([1, 8, 8, 8, 16, 8, 16], channels.Layers.Select(layer => layer.Units));

        // By hand, for one layer: half of a's filters, with their BatchNorm; half of its channels.
        var weight = trainer.GetParameter("a.weight");
        double Norm(int filter, int channel) =>
            Enumerable.Range(0, 9).Sum(tap => (double)Math.Abs(weight[(((filter * 8) + channel) * 9) + tap]));
        int[] eight = [.. Enumerable.Range(0, 8)];
        int[] least = [.. eight.OrderBy(filter => eight.Sum(channel => Norm(filter, channel))).Take(4)];
        int[] leastRead = [.. eight.OrderBy(channel => eight.Sum(filter => Norm(filter, channel))).Take(4)];
        trainer.SetParameter("a.weight", [.. weight.Select((value, i) => leastRead.Contains(i / 9 % 8) ? 0 : value)]);
        Assert.Equal(trainer.Evaluate(test), channels.Layers[1].Metrics[0]);
        trainer.SetParameter("a.weight", [.. weight.Select((value, i) => least.Contains(i / 72) ? 0 : value)]);
        foreach (var name in new[] { "an.weight", "an.bias" })
            trainer.SetParameter(name, [.. trainer.GetParameter(name).Select((value, i) => least.Contains(i) ? 0 : value)]);
        Assert.Equal(trainer.Evaluate(test), filters.Layers[1].Metrics[0]);
        Assert.Contains("filters, by L1", filters.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_changes_not_even_the_calibration()
    {
        var (trainer, test) = (Networks.Trained(Networks.Mlp, 6), Networks.Data(6, 150, seed: 11));
        trainer.Prune();
        trainer.Fit(Networks.Data(6, 256), new FitOptions { Epochs = 1 });
        trainer.Calibrate(test);
        var before = Problems.Bits(trainer);
        var sparsity = trainer.Sparsity;
        var masks = trainer.Network.Parameters.Select(parameter => parameter.Mask).ToArray();
        var copies = masks.Select(mask => (float[]?)mask?.Clone()).ToArray();
        var blob = Models.WeightBlob.Write(trainer.Convert().Model);
        var first = trainer.Sensitivity(test);
        Assert.Equal(6, first.Amounts.Count);
        Assert.Equal(before, Problems.Bits(trainer));
        Assert.Equal(sparsity, trainer.Sparsity);
        Assert.All(trainer.Network.Parameters.Zip(masks, copies), three =>
        {
            Assert.Same(three.Second, three.First.Mask);
            Assert.Equal(three.Third, three.First.Mask);
        });
        Assert.Equal(blob, Models.WeightBlob.Write(trainer.Convert().Model));
        Assert.Equal(first.ToString(), trainer.Sensitivity(test).ToString());

        // Of what is left: 36 of 72 weights, in two layers.
        Assert.Equal(36, first.Layers.Sum(layer => layer.Units));
    }

    [Fact]
    public void It_can_be_cancelled_and_leaves_nothing_behind()
    {
        var (trainer, test) = (Networks.Trained(Networks.Mlp, 6), Networks.Data(6, 150, seed: 11));
        var before = Problems.Bits(trainer);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => trainer.Sensitivity(test, Structure.Filter, [0.5], source.Token));
        Assert.Equal(before, Problems.Bits(trainer));
        Assert.False(trainer.IsPruned);
    }

    [Fact]
    public void Mistakes_are_told()
    {
        var (trainer, test) = (Networks.Trained(Networks.Mlp, 6), Networks.Data(6, 15));
        foreach (var amount in (double[])[-0.1, 1.1, double.NaN])
            Assert.Contains("between 0 and 1", Assert.Throws<ArgumentException>(() => trainer.Sensitivity(test, 0.5, amount)).Message,
                StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Sensitivity(test, (Structure)9, [0.5]));
        Assert.Throws<ArgumentException>(() => trainer.Sensitivity(Networks.Data(5, 15)));
        Assert.Contains("Sensitivity", Assert.Throws<InvalidOperationException>(() =>
            new Trainer(Networks.Mlp, 1).Sensitivity(test)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Sensitivity(test, 0.5).AmountsWithin(-1));
    }

    [Fact]
    public void The_table_is_aligned_and_tells_what_can_be_borne()
    {
        var report = new SensitivityReport
        {
            ModelName = "Demo.Net", Structure = Structure.Unstructured, Samples = 1000, IsClassification = true, Baseline = 0.99,
            Amounts = [0.5, 0.9, 0.995],
            Layers =
            [
                new LayerSensitivity("0", "Conv2d", 900, [0.9895, 0.9, 0.95]),
                new LayerSensitivity("fc", "Linear", 90, [0.991, 0.989, 0.1]),
                new LayerSensitivity("last", "Linear", 30, [0.5, 0.99, 0.99]),
            ],
        };
        Assert.Equal(
            """
            Demo.Net, 1000 samples: accuracy when one layer is pruned (weights, by L1), without fine-tuning; 99.00 % before.

            layer  operator  weights     50 %     90 %   99.5 %
            0        Conv2d      900  98.95 %  90.00 %  95.00 %
            fc       Linear       90  99.10 %  98.90 %  10.00 %
            last     Linear       30  50.00 %  99.00 %  99.00 %

            """.ReplaceLineEndings("\n"), report.ToString());
        Assert.Equal([0.5, 0.9, 0], report.AmountsWithin(0.005).Values);
        Assert.Equal([0.5, 0.9, 0], (report with
        {
            IsClassification = false, Baseline = 0.01,
            Layers = [.. report.Layers.Select(layer => layer with { Metrics = [.. layer.Metrics.Select(metric => 1 - metric)] })],
        }).AmountsWithin(0.005).Values);
    }
}
