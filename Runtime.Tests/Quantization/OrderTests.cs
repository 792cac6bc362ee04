namespace CompileTime.Tests.Quantization;

/// <summary>Whoever calls out of order is told what to call.</summary>
public sealed class OrderTests
{
    private static readonly Dataset Samples = Networks.Data(6, 64);

    [Fact]
    public void Nothing_comes_before_training()
    {
        Expect("Fit", trainer => trainer.Prune());
        Expect("Fit", trainer => trainer.Calibrate(Samples));
        Expect("Calibrate", trainer => trainer.Convert());

        static void Expect(string called, Action<Trainer> act)
        {
            var problem = Assert.Throws<InvalidOperationException>(() => act(new Trainer(Networks.Mlp, 1)));
            Assert.Contains("call " + called, problem.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Calibrate_wants_the_declared_pruning_first()
    {
        var trainer = Networks.Trained(Networks.Mlp, 6);
        Assert.Contains("call Prune", Assert.Throws<InvalidOperationException>(() => trainer.Calibrate(Samples)).Message,
            StringComparison.Ordinal);
        trainer.Prune();
        trainer.Calibrate(Samples);
        Assert.NotNull(trainer.Convert());
    }

    [Theory]
    [InlineData("Int8 Fbgemm mode=WeightOnly")]
    [InlineData("Int8 Fbgemm mode=Dynamic")]
    public void Convert_wants_the_declared_pruning_where_nothing_is_calibrated(string rule)
    {
        var trainer = Networks.Trained(Networks.Mlp.Replace("Int8 Fbgemm", rule, StringComparison.Ordinal), 6);
        Assert.Contains("call Prune", Assert.Throws<InvalidOperationException>(() => trainer.Convert()).Message, StringComparison.Ordinal);
        trainer.Prune();
        Assert.NotNull(trainer.Convert());
    }

    [Theory]
    [InlineData("fit")]
    [InlineData("prune")]
    [InlineData("set")]
    public void Changed_weights_undo_the_calibration(string change)
    {
        var trainer = Networks.Trained(Networks.Mlp, 6);
        trainer.Prune();
        trainer.Calibrate(Samples);
        switch (change)
        {
            case "fit":
                trainer.Fit(Samples);
                break;
            case "prune":
                trainer.Prune();
                break;
            default:
                trainer.SetParameter("2.bias", [1, 2, 3]);
                break;
        }

        Assert.Contains("Calibrate again", Assert.Throws<InvalidOperationException>(() => trainer.Convert()).Message,
            StringComparison.Ordinal);
        trainer.Calibrate(Samples);
        Assert.NotNull(trainer.Convert());
    }

    [Fact]
    public void A_network_without_Prune_says_what_to_declare()
    {
        var trainer = Networks.Trained(Networks.Graph, 128);
        Assert.Contains("[Prune(", Assert.Throws<InvalidOperationException>(trainer.Prune).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_without_Quantize_says_what_to_declare()
    {
        var trainer = Networks.Trained("model Demo.F\ninput 6\nl = Linear(input) bias=true -> 3\n", 6);
        Assert.Contains("[Quantize(Int8", Assert.Throws<InvalidOperationException>(() => trainer.Calibrate(Samples)).Message,
            StringComparison.Ordinal);
        Assert.Contains("[Quantize(Int8", Assert.Throws<InvalidOperationException>(() => trainer.Convert()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_that_do_not_fit_are_refused()
    {
        var trainer = Networks.Trained(Networks.Mlp, 6);
        trainer.Prune();
        Assert.Throws<ArgumentException>(() => trainer.Calibrate(Networks.Data(5, 10)));

        // The arrays are shared, so a value can go bad after the data set has looked at it.
        var values = new float[120];
        var data = new Dataset(values, new int[20]);
        values[77] = float.NaN;
        Assert.Contains("sample 12", Assert.Throws<ArgumentException>(() => trainer.Calibrate(data)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Masks_hold_through_fine_tuning_and_into_int8()
    {
        var trainer = Networks.Trained(Networks.Mlp, 6);
        trainer.Prune();
        Assert.True(trainer.IsPruned);
        Assert.Equal(36.0 / 72, trainer.Sparsity);
        trainer.Fit(Samples, new FitOptions { Epochs = 2, Optimizer = new Sgd(0.05f, 0.9f, 1e-3f) });
        trainer.Calibrate(Samples);
        var report = trainer.Convert().Validate(Samples);
        Assert.Equal(36, report.KeptFloat);
        Assert.InRange(report.KeptInt8, 1, 36);
        Assert.Equal(72, report.Weights);
        Assert.Equal(72 + 11, report.Parameters);
    }
}
