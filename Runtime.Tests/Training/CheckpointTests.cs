using CsCheck;

namespace CompileTime.Tests.Training;

public class CheckpointTests
{
    private static readonly Dataset Bars = Problems.Bars(100, 1);

    /// <summary>Interrupted by cancellation at any batch, saved, loaded into a trainer of another seed, resumed: the same bits.</summary>
    [Fact]
    public void Resuming_anywhere_gives_the_same_bits()
    {
        FitOptions Options(Optimizer optimizer, bool resume, IProgress<FitProgress>? progress) => new()
        {
            Epochs = 3, BatchSize = 16, Optimizer = optimizer, Resume = resume, Progress = progress, Validation = Bars.Slice(0, 40),
            EarlyStopping = new EarlyStopping(5), Schedule = LearningRateSchedule.WarmUp(1, LearningRateSchedule.Cosine()),
        };
        using var files = new TemporaryFolder();
        foreach (var optimizer in (Optimizer[])[new Adam(0.01f, 0.001f), new Sgd(0.05f, 0.9f)])
        {
            var whole = Problems.Convolutional().Trainer(3);
            var result = whole.Fit(Bars, Options(optimizer, false, null));
            Gen.Int[1, 20].Sample(
                stop =>
                {
                    using var source = new CancellationTokenSource();
                    var first = Problems.Convolutional().Trainer(3);
                    var seen = 0;
                    var progress = new Recorder(_ =>
                    {
                        if (++seen == stop)
                            source.Cancel();
                    });
                    Assert.ThrowsAny<OperationCanceledException>(() => first.Fit(Bars, Options(optimizer, false, progress), source.Token));
                    first.SaveCheckpoint(files["a"]);
                    var second = Problems.Convolutional().Trainer(99);
                    second.LoadCheckpoint(files["a"]);
                    Assert.Equal(Problems.Bits(first), Problems.Bits(second));
                    var rest = second.Fit(Bars, Options(optimizer, true, null));
                    return Problems.Bits(whole).SequenceEqual(Problems.Bits(second)) && rest.Loss == result.Loss
                        && rest.BestEpoch == result.BestEpoch;
                },
                iter: 6, threads: 1);
        }
    }

    [Fact]
    public void Two_fits_are_as_one_and_so_is_a_resumed_one()
    {
        using var files = new TemporaryFolder();
        FitOptions Options(int epochs, bool resume = false) =>
            new() { Epochs = epochs, BatchSize = 16, Optimizer = new Sgd(0.02f, 0.9f), Resume = resume };
        var whole = Problems.Convolutional().Trainer();
        whole.Fit(Bars, Options(4));
        var parts = Problems.Convolutional().Trainer();
        parts.Fit(Bars, Options(2));
        parts.SaveCheckpoint(files["a"]);
        parts.Fit(Bars, Options(2));
        Assert.Equal(Problems.Bits(whole), Problems.Bits(parts));
        var resumed = Problems.Convolutional().Trainer(7);
        resumed.LoadCheckpoint(files["a"]);
        Assert.Equal(2, resumed.Fit(Bars, Options(4, resume: true)).Epochs.Count);
        Assert.Equal(Problems.Bits(whole), Problems.Bits(resumed));
        Assert.Empty(resumed.Fit(Bars, Options(4, resume: true)).Epochs);
    }

    [Fact]
    public void Saved_after_every_epoch()
    {
        using var files = new TemporaryFolder();
        var trainer = Problems.Convolutional().Trainer();
        trainer.Fit(Bars, new FitOptions { Epochs = 2, BatchSize = 32, CheckpointPath = files["a"] });
        var loaded = Problems.Convolutional().Trainer();
        loaded.LoadCheckpoint(files["a"]);
        Assert.Equal(Problems.Bits(trainer), Problems.Bits(loaded));
        Assert.Equal([files["a"]], Directory.GetFiles(files.Path));
    }

    [Fact]
    public void Masks_are_kept()
    {
        using var files = new TemporaryFolder();
        var trainer = Problems.Convolutional().Trainer();
        var weight = trainer.Network["0.weight"];
        weight.Mask = Enumerable.Range(0, 45).Select(i => (float)(i % 2)).ToArray();
        trainer.SetParameter("0.weight", weight.Value);
        trainer.SaveCheckpoint(files["a"]);
        var loaded = Problems.Convolutional().Trainer();
        loaded.LoadCheckpoint(files["a"]);
        Assert.Equal(weight.Mask, loaded.Network["0.weight"].Mask);
        Assert.Equal(trainer.Sparsity, loaded.Sparsity);
        loaded.Fit(Bars, new FitOptions { BatchSize = 25 });
        Assert.Equal(23, loaded.GetParameter("0.weight").Count(value => value == 0));
    }

    [Fact]
    public void Best_weights_from_before_the_pruning_are_restored_pruned()
    {
        // The first Fit reaches its best, then a mask comes, and a resumed Fit of rate 0 cannot improve: the best is restored.
        var trainer = Problems.Convolutional().Trainer();
        FitOptions Options(int epochs, Optimizer optimizer, bool resume) => new()
        {
            Epochs = epochs, BatchSize = 20, Optimizer = optimizer, Resume = resume, Validation = Bars,
            EarlyStopping = new EarlyStopping(1),
        };
        trainer.Fit(Bars, Options(1, new Adam(0.01f), false));
        var weight = trainer.Network["8.weight"];
        weight.Mask = new float[weight.Value.Length];
        Array.Clear(weight.Value);
        var result = trainer.Fit(Bars, Options(2, new Adam(0), true));
        Assert.Equal((true, 1), (result.StoppedEarly, result.BestEpoch));
        Assert.All(trainer.GetParameter("8.weight"), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Every_cut_and_every_edit_is_noticed_and_changes_nothing()
    {
        using var files = new TemporaryFolder();
        var trainer = Problems.Mlp().Trainer();
        trainer.Fit(Problems.Chequered(20, 1));
        trainer.SaveCheckpoint(files["a"]);
        var whole = File.ReadAllBytes(files["a"]);
        var other = Problems.Mlp().Trainer(2);
        var before = Problems.Bits(other);
        void Refused(byte[] content)
        {
            var message = Assert.Throws<InvalidDataException>(() => other.LoadCheckpoint(files.Write("b", content))).Message;
            Assert.Contains(files["b"], message);
        }

        for (var i = 0; i < whole.Length; i += i < 64 ? 1 : 37)
        {
            Refused(whole[..i]);
            var edited = (byte[])whole.Clone();
            edited[i] ^= 0x10;
            Refused(edited);
        }

        Refused([.. whole, 0]);
        Assert.Equal(before, Problems.Bits(other));
        Assert.Throws<FileNotFoundException>(() => other.LoadCheckpoint(files["missing"]));
    }

    [Fact]
    public void Another_network_is_refused_another_compression_is_not()
    {
        using var files = new TemporaryFolder();
        Problems.Mlp().Trainer().SaveCheckpoint(files["a"]);

        // The same parameters, another function.
        var other = new NetworkText("2").Linear(16).ReLU6().Linear(2).Trainer();
        var message = Assert.Throws<InvalidDataException>(() => other.LoadCheckpoint(files["a"])).Message;
        Assert.Contains("another network (it has '1 = ReLU(0) -> 16' where this one has '1 = ReLU6(0) -> 16')", message);
        var pruned = Problems.Mlp().ToString().Replace("bias=true", "bias=true prune=L1:0.5:global", StringComparison.Ordinal);
        new Trainer(pruned, 1).LoadCheckpoint(files["a"]);
    }

    [Fact]
    public void Resuming_with_other_batches_within_an_epoch_is_refused()
    {
        using var source = new CancellationTokenSource();
        var trainer = Problems.Convolutional().Trainer();
        var options = new FitOptions { BatchSize = 16, Progress = new Recorder(_ => source.Cancel()) };
        Assert.ThrowsAny<OperationCanceledException>(() => trainer.Fit(Bars, options, source.Token));
        var message = Assert.Throws<ArgumentException>(() => trainer.Fit(Bars, new FitOptions { BatchSize = 20, Resume = true })).Message;
        Assert.Contains("100 samples in batches of 16", message);
    }

    [Fact]
    public void Nothing_is_left_where_nothing_can_be_written()
    {
        using var files = new TemporaryFolder();
        Directory.CreateDirectory(files["a"]);
        Assert.ThrowsAny<Exception>(() => Problems.Mlp().Trainer().SaveCheckpoint(files["a"]));
        Assert.Empty(Directory.GetFiles(files.Path));
    }
}
