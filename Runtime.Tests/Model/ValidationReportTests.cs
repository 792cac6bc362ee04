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
        Assert.Equal(report, model.Validate(test) with { Layers = report.Layers, Work = report.Work, ManifestBytes = report.ManifestBytes });
        Assert.Equal(["0", "2"], report.Layers.Select(layer => layer.Name));
        Assert.Equal(4 * (72 + 11), report.FloatBytes);
        Assert.Equal([4 * (48 + 8), 4 * (24 + 3)], report.Layers.Select(layer => layer.FloatBytes));

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
            Assert.Contains("not known", report.ToString(), StringComparison.Ordinal);
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
            ModelName = "Demo.Net", Samples = 1000, IsClassification = true, IsFloatKnown = true, IsPruned = true, Float = 0.9912,
                Pruned = 0.99, Int8 = 0.9895,
            Parameters = 1000, BlobBytes = 400, ManifestBytes = 100,
                Layers = [new LayerDensity("0", "Conv2d", 900, 400, 390) { ShippedBytes = 330 }, new LayerDensity("fc", "Linear", 90, 40, 40)],
        };
        Assert.Equal(
            """
            Demo.Net, 1000 samples

                                         float        pruned          int8
            accuracy                   99.12 %       99.00 %       98.95 %
            weights that are not zero      990  440 (44.4 %)  430 (43.4 %)
            bytes                         4000          4000           500

            1000 parameters; 400 bytes of weights and 100 of manifest: 8.0 times smaller, 4.00 bits for each.

            layer  operator  weights  kept in float  kept in int8  bytes  bits/weight
            0        Conv2d      900         44.4 %        43.3 %    330         2.93
            fc       Linear       90         44.4 %        44.4 %      0         0.00

            """.ReplaceLineEndings("\n"), report.ToString());
    }
}
