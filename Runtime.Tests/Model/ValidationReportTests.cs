using System.Globalization;
using CompileTime.Tests.Quantization;

namespace CompileTime.Tests.Model;

public sealed class ValidationReportTests
{
    [Fact]
    public void The_report_compares_with_the_network_before_the_first_Prune()
    {
        var trainer = Networks.Trained(Networks.Mlp, 6);
        var test = Networks.Data(6, 150, seed: 11);
        var before = trainer.Evaluate(test);
        trainer.Prune();
        trainer.Fit(Networks.Data(6, 256), new FitOptions { Epochs = 1 });
        var pruned = trainer.Evaluate(test);
        trainer.Calibrate(test);
        var model = trainer.Convert();

        // The model keeps what it was made from: the trainer may go on.
        trainer.Prune();
        var report = model.Validate(test);
        Assert.Equal(before, report.Float);
        Assert.Equal(pruned, report.Pruned);
        Assert.True(report.IsPruned && report.IsFloatKnown && report.IsClassification);
        Assert.Equal(report, model.Validate(test) with { Layers = report.Layers, Work = report.Work });
        Assert.Equal(["0", "2"], report.Layers.Select(layer => layer.Name));
        Assert.Equal(4 * (72 + 11), report.FloatBytes);
        Assert.Equal([4 * (48 + 8), 4 * (24 + 3)], report.Layers.Select(layer => layer.FloatBytes));

        Assert.Equal($"Demo.Mlp: 6 to 3, 72 weights in 2 layers, {report.KeptInt8} of them not zero", model.ToString());

        // What it says is what Save writes.
        using var folder = new TemporaryFolder();
        model.Save(folder["Mlp"]);
        Assert.Equal((report.BlobBytes, report.ManifestBytes),
            (new FileInfo(folder["Mlp.ctw"]).Length, new FileInfo(folder["Mlp.ctm"]).Length));

        // Header and end of the stream belong to no layer.
        Assert.Equal(report.BlobBytes, report.Layers.Sum(layer => layer.ShippedBytes) + 8 + 4);
        Assert.Equal(8.0 * (report.BlobBytes + report.ManifestBytes) / 83, report.BitsPerParameter, 12);
        Assert.Equal(32 / report.BitsPerParameter, report.Factor, 12);

        // Counted by hand, sample by sample.
        var correct = 0;
        var (input, output) = (new float[6], new float[3]);
        for (var i = 0; i < test.Count; i++)
        {
            test.CopySample(i, trainer.Definition, input);
            model.Predict(input, output);
            correct += Array.IndexOf(output, output.Max()) == test.Label(i) ? 1 : 0;
        }

        Assert.Equal(correct / 150.0, report.Int8);
    }

    [Fact]
    public void Without_pruning_there_is_one_float_stage()
    {
        var trainer = Networks.Trained(Networks.Graph, 128);
        var test = Networks.Data(128, 60, seed: 11);
        trainer.Calibrate(test);
        var report = trainer.Convert().Validate(test);
        Assert.Equal(trainer.Evaluate(test), report.Float);
        Assert.Null(report.Pruned);
        Assert.Contains("not pruned", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_with_masks_has_no_baseline()
    {
        var path = Path.GetTempFileName();
        try
        {
            var test = Networks.Data(6, 60);
            var first = Networks.Trained(Networks.Mlp, 6);
            first.Prune();
            first.SaveCheckpoint(path);
            first.LoadCheckpoint(path);
            first.Calibrate(test);
            var report = first.Convert().Validate(test);
            Assert.Null(report.Float);
            Assert.NotNull(report.Pruned);
            Assert.Contains("The float network is not known: the weights came with masks", report.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Regression_is_measured_by_the_squared_error()
    {
        var text = "model Demo.R\ninput 4\n" + Networks.Quantized + "l = Linear(input) bias=true -> 2\n";
        var trainer = new Trainer(text, 1);
        var random = new Random(2);
        var samples = Enumerable.Range(0, 400).Select(_ => (float)random.NextDouble()).ToArray();
        var targets = samples.Chunk(4).SelectMany(x => new[] { x[0] + x[1], x[2] - x[3] }).ToArray();
        var data = new Dataset(samples, targets, 2);
        trainer.Fit(data, new FitOptions { Epochs = 60, Loss = Loss.MeanSquaredError, Optimizer = new Adam(0.02f) });
        trainer.Calibrate(data);
        var report = trainer.Convert().Validate(data);
        Assert.False(report.IsClassification);
        Assert.Equal(trainer.Evaluate(data), report.Float);

        // Seven bits over a range of about 3: steps of 0.02, errors of a few steps.
        Assert.InRange(report.Int8, 0, report.Float!.Value + 0.003);
        Assert.Contains("mean squared error", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_is_aligned()
    {
        var report = new ValidationReport
        {
            ModelName = "Demo.Net", Samples = 1000, IsClassification = true, IsFloatKnown = true, IsPruned = true,
            Float = 0.9912, Pruned = 0.99, Int8 = 0.9895, Parameters = 1000, BlobBytes = 400, ManifestBytes = 100,
            Layers =
            [
                new LayerDensity("0", "Conv2d", 900, 400, 390) { ShippedBytes = 330, Blocks = 15, EmptyBlocks = 2 },
                new LayerDensity("fc", "Linear", 90, 40, 40),
            ],
        };
        Assert.Equal(
            """
            Demo.Net, 1,000 samples

                                         float        pruned          int8
            accuracy                   99.12 %       99.00 %       98.95 %
            weights that are not zero      990  440 (44.4 %)  430 (43.4 %)
            bytes                        4,000         4,000           500

            1,000 parameters; 400 bytes of weights and 100 of manifest: 8.0 times smaller, 4.00 bits for each.

            layer  operator  weights  kept in float  kept in int8  empty 16x4 blocks  bytes  bits/weight
            0        Conv2d      900         44.4 %        43.3 %            2 of 15    330         2.93
            fc       Linear       90         44.4 %        44.4 %                  -      0         0.00

            """.ReplaceLineEndings("\n"), report.ToString());
    }

    [Fact]
    public void Half_the_filters_are_a_quarter_of_the_work()
    {
        var trainer = Networks.Trained(Networks.Residual, 64);
        var test = Networks.Data(64, 40, seed: 11);

        // Both operands of every sum lose the same half; the network's input and result lose nothing.
        foreach (var name in trainer.ParameterNames.Where(name => !name.StartsWith("fc", StringComparison.Ordinal)
            && !name.EndsWith("running_mean", StringComparison.Ordinal) && !name.EndsWith("running_var", StringComparison.Ordinal)))
        {
            var values = trainer.GetParameter(name);
            Array.Clear(values, 0, values.Length / 2);
            trainer.SetParameter(name, values);
        }

        var accuracy = trainer.Evaluate(test);
        trainer.Calibrate(test);
        var report = trainer.Convert().Validate(test);
        Assert.Equal(accuracy, report.Float);
        Assert.All(report.Work.SkipLast(1), layer => Assert.Equal(layer.Channels / 2, layer.ChannelsLeft));
        Assert.Equal(["stem", "a", "b", "c", "d", "short", "fc"], report.Work.Select(layer => layer.Name));
        Assert.Equal(8 * 1 * 9 * 64, report.Work[0].Macs);
        Assert.Equal(4 * 1 * 9 * 64, report.Work[0].MacsLeft);
        Assert.All(report.Work.Skip(1).SkipLast(1), layer => Assert.Equal(layer.Macs / 4, layer.MacsLeft));
        Assert.Equal(16 * 3 / 2, report.Work[^1].MacsLeft);
        Assert.Equal(report.Work.Sum(layer => layer.Macs), report.Macs);
        Assert.InRange((double)report.Macs / report.MacsLeft, 3.5, 4);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{report.MacsLeft:N0} are left"), report.ToString(),
            StringComparison.Ordinal);

        // What was declared is what density is measured against.
        Assert.Equal(16 * 8 * 9, report.Layers.Single(layer => layer.Name == "c").Weights);
        Assert.Equal(trainer.ParameterCount, report.Parameters);
    }

    [Fact]
    public void A_layer_that_is_gone_has_no_work_and_no_weights_left()
    {
        var trainer = Networks.Trained(Networks.Residual, 64);
        var test = Networks.Data(64, 40, seed: 11);
        foreach (var name in new[] { "b.weight", "bn.weight", "bn.bias" })
            trainer.SetParameter(name, new float[trainer.GetParameter(name).Length]);
        trainer.Calibrate(test);
        var report = trainer.Convert().Validate(test);
        Assert.Equal(["a", "b"], report.Work.Where(layer => layer.MacsLeft == 0).Select(layer => layer.Name));
        Assert.All(report.Work.Where(layer => layer.MacsLeft == 0), layer => Assert.Equal(0, layer.ChannelsLeft));
        Assert.Equal(0, report.Layers.Single(layer => layer.Name == "a").KeptInt8);
        Assert.Equal(trainer.ParameterCount, report.Parameters);
    }

    [Fact]
    public void Declared_filters_are_gone_after_Convert()
    {
        var text = Networks.Residual.Replace("bias=false -> ", "bias=false prune=L1:0.5:local:filter -> ", StringComparison.Ordinal);
        var trainer = Networks.Trained(text, 64);
        var test = Networks.Data(64, 40, seed: 11);
        trainer.Prune();
        trainer.Fit(Networks.Data(64, 256), new FitOptions { Epochs = 1 });
        var masked = trainer.Evaluate(test);
        trainer.Calibrate(test);
        var report = trainer.Convert().Validate(test);
        Assert.Equal(masked, report.Pruned);

        // Inside a block half of the filters go. Where a sum needs a channel for its other operand's sake, it stays.
        Assert.Equal([8, 4, 8, 8, 16, 16, 3], report.Work.Select(layer => layer.ChannelsLeft));
        Assert.Equal([1, 2, 2, 2, 2, 1, 1], report.Work.Select(layer => layer.Macs / layer.MacsLeft));
    }
}
