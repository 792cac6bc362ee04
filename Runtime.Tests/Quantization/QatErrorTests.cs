namespace CompileTime.Tests.Quantization;

/// <summary>Quantization-aware training out of order, or of what cannot be: whoever calls is told what to do.</summary>
public sealed class QatErrorTests
{
    private static readonly Dataset Samples = Networks.Data(6, 64);

    [Fact]
    public void It_begins_with_a_trained_network()
    {
        Expect("call Fit", new Trainer(Networks.Mlp, 1), trainer => trainer.PrepareQat());
        const string Undeclared = "model Demo.F\ninput 6\nl = Linear(input) bias=true -> 3\n";
        Expect("[Quantize(Int8", Networks.Trained(Undeclared, 6), trainer => trainer.PrepareQat());
        Expect("Call PrepareQat", Networks.Trained(Networks.Mlp, 6), trainer => trainer.FreezeObservers());
        Expect("Call PrepareQat", Networks.Trained(Networks.Mlp, 6), trainer => trainer.FreezeBatchNorm());
    }

    [Fact]
    public void It_begins_once()
    {
        var trainer = Prepared();
        Expect("already", trainer, again => again.PrepareQat());
        trainer.Fit(Samples);
        Assert.NotNull(trainer.Convert());
    }

    [Fact]
    public void Ranges_come_from_Fit_and_from_nowhere_else()
    {
        var trainer = Prepared();
        Expect("call Fit before Evaluate", trainer, one => one.Evaluate(Samples));
        Expect("call Fit before Predict", trainer, one => one.Predict(new float[6]));
        Expect("call Fit before FreezeObservers", trainer, one => one.FreezeObservers());
        Expect("Call Fit after PrepareQat", trainer, one => one.Convert());
        Expect("nothing to calibrate", trainer, one => one.Calibrate(Samples));
    }

    [Fact]
    public void Steps_of_calibrated_networks_are_refused()
    {
        var trainer = Prepared();
        trainer.Fit(Samples);
        Expect("after PrepareQat", trainer, one => one.Convert(new ConvertOptions { Equalize = true }));
        Assert.NotNull(trainer.Convert(new ConvertOptions()));
    }

    [Theory]
    [InlineData("prune")]
    [InlineData("set")]
    [InlineData("rewind")]
    public void Changed_weights_want_another_Fit(string change)
    {
        var trainer = Prepared();
        trainer.Fit(Samples);
        Assert.NotNull(trainer.Convert());
        if (change == "prune")
            trainer.Prune();
        else if (change == "set")
            trainer.SetParameter("2.bias", [1, 2, 3]);
        else
            trainer.RewindWeights();
        Expect("Fit again", trainer, one => one.Convert());
        trainer.Fit(Samples);
        Assert.NotNull(trainer.Convert());
    }

    [Fact]
    public void What_is_declared_to_be_pruned_is_pruned_before_Convert()
    {
        var trainer = Networks.Trained(Networks.Mlp, 6);
        trainer.PrepareQat();
        trainer.Fit(Samples);
        Expect("call Prune", trainer, one => one.Convert());

        // It may be pruned while it is trained, too. The float network was another one then.
        trainer.Fit(Samples, new FitOptions { Epochs = 2, Pruning = new OneShot() });
        var report = trainer.Convert().Validate(Samples);
        Assert.Equal(36, report.KeptFloat);
        Assert.NotNull(report.Pruned);
    }

    [Theory]
    [InlineData("n = BatchNorm(input) eps=1E-05 momentum=0.1 -> 2x4x4", "'n'")]
    [InlineData("s = Softmax(input) -> 2x4x4\nr = ReLU(s) -> 2x4x4", "'s'")]
    public void What_cannot_be_fused_is_named(string layers, string named)
    {
        var trainer = new Trainer("model Demo.X\ninput 2x4x4\n" + Networks.Quantized +
            "c = Conv2d(input) kernel=1x1 stride=1x1 padding=0,0,0,0 dilation=1x1 groups=1 bias=true -> 2x4x4\n" +
            layers + "\nlast = Add(c, " + layers.Split('\n')[^1][0] + ") -> 2x4x4\n", 1);
        trainer.SetParameter("c.bias", [1, 2]);
        Expect(named, trainer, one => one.PrepareQat());
        Assert.False(trainer.IsQat);
        trainer.Predict(new float[32]);
    }

    [Fact]
    public void Something_is_to_be_quantized()
    {
        var trainer = new Trainer(Networks.Mlp.Replace(Networks.Quantized, "quantize Float32\n", StringComparison.Ordinal), 1);
        trainer.SetParameter("0.bias", new float[8]);
        Expect("stay float32", trainer, one => one.PrepareQat());
        Assert.False(trainer.IsQat);
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        foreach (var (options, text) in new[]
        {
            (new QatOptions { FreezeObserversAfter = 0 }, "at least 1"), (new QatOptions { FreezeBatchNormAfter = -1 }, "at least 0"),
            (new QatOptions { QConfigVersion = 2 }, "0 and 1"), (new QatOptions { ScaleMode = (ScaleMode)7 }, "scale mode"),
        })
        {
            var trainer = Networks.Trained(Networks.Mlp, 6);
            Assert.Contains(text, Assert.Throws<ArgumentException>(() => trainer.PrepareQat(options)).Message, StringComparison.Ordinal);
            Assert.False(trainer.IsQat);
        }
    }

    [Fact]
    public void NaN_is_noticed_though_rounding_would_hide_it()
    {
        var trainer = Prepared();

        // The arrays are shared, so a value can go bad after the data set has looked at it.
        var values = new float[120];
        var data = new Dataset(values, new int[20]);
        values[77] = float.NaN;
        Expect("'input' became NaN", trainer, one => one.Fit(data));
        Assert.All(trainer.QatNetwork!.Activations["input"].Module.Min, min => Assert.Equal(float.PositiveInfinity, min));
        trainer.Fit(Samples);
        Assert.True(double.IsFinite(trainer.Evaluate(Samples)));

        // Also where nothing is observed any more.
        trainer.FreezeObservers();
        Expect("'input' became NaN", trainer, one => one.Fit(data));
        trainer.Fit(Samples);
        Assert.True(double.IsFinite(trainer.Evaluate(Samples)));
    }

    [Fact]
    public void A_checkpoint_of_other_quantization_is_refused_and_changes_nothing()
    {
        using var files = new TemporaryFolder();
        var trainer = Prepared();
        trainer.Fit(Samples);
        trainer.SaveCheckpoint(files["qat"]);
        var before = new Trainer(Networks.Mlp, 1);
        before.SaveCheckpoint(files["float"]);
        foreach (var quantize in (string[])["quantize Int8 Qnnpack\n", ""])
        {
            var other = new Trainer(Networks.Mlp.Replace(Networks.Quantized, quantize, StringComparison.Ordinal), 1);
            Assert.Contains("another [Quantize]", Assert.Throws<InvalidDataException>(() => other.LoadCheckpoint(files["qat"])).Message,
                StringComparison.Ordinal);
            Assert.False(other.IsQat);
            other.LoadCheckpoint(files["float"]);
        }

        // A checkpoint from before leads back.
        trainer.LoadCheckpoint(files["float"]);
        Assert.False(trainer.IsQat);
        trainer.Evaluate(Samples);
    }

    private static Trainer Prepared()
    {
        var trainer = Networks.Trained(Networks.Mlp, 6);
        trainer.Prune();
        trainer.PrepareQat();
        return trainer;
    }

    private static void Expect(string text, Trainer trainer, Action<Trainer> act) =>
        Assert.Contains(text, Assert.Throws<InvalidOperationException>(() => act(trainer)).Message, StringComparison.Ordinal);
}
