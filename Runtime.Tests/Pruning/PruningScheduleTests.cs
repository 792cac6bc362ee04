using CompileTime.Tests.Quantization;
using CompileTime.Tests.Training;

namespace CompileTime.Tests.Pruning;

public sealed class PruningScheduleTests
{
    private static readonly Dataset Data = Networks.Data(6, 80);

    [Fact]
    public void One_shot_prunes_before_its_epoch()
    {
        var (trainer, reports) = Fit(new OneShot(1), epochs: 2);
        Assert.Equal([0, 0, 0, 0, 0, 0.5, 0.5, 0.5, 0.5, 0.5], reports.Select(report => report.Sparsity));
        Assert.Equal(0.5, trainer.Sparsity);
    }

    [Fact]
    public void Iterative_rounds_take_the_same_share_of_what_is_left()
    {
        var (trainer, reports) = Fit(new Iterative(2, EpochsBetween: 2, StartEpoch: 1), epochs: 5);

        // 1 - 0.5^(1/2) of 72 weights is 21.
        double[] expected = [0, 21.0 / 72, 21.0 / 72, 0.5, 0.5];
        Assert.Equal(expected, reports.Where(report => report.Batch == 1).Select(report => report.Sparsity));
        Assert.Equal(0.5, trainer.Sparsity);
    }

    /// <summary>s = a (1 - (1 - t / 10)^3), at the steps of the schedule; constant between them.</summary>
    [Fact]
    public void Gradual_follows_the_cube()
    {
        var (_, reports) = Fit(new Gradual(1, 3, Frequency: 4), epochs: 4);
        for (var step = 0; step < reports.Count; step++)
        {
            var t = Math.Clamp(step - 5, 0, 10);
            t = t == 10 ? 10 : t / 4 * 4;
            var expected = step < 5 ? 0 : Math.Round(0.5 * (1 - Math.Pow(1 - (t / 10.0), 3)) * 72, MidpointRounding.ToEven) / 72;
            Assert.Equal(expected, reports[step].Sparsity);
        }

        Assert.Equal(0.5, reports[^1].Sparsity);
    }

    [Fact]
    public void Gradual_may_begin_with_something()
    {
        var (_, reports) = Fit(new Gradual(0, 1, Frequency: 1) { InitialAmount = 0.25 }, epochs: 2);
        Assert.Equal(18.0 / 72, reports[0].Sparsity);
        Assert.Equal(0.5, reports[^1].Sparsity);
        var (_, more) = Fit(new Gradual(0, 1, Frequency: 1) { InitialAmount = 0.75 }, epochs: 2);
        Assert.Equal(0.5, more[0].Sparsity);
    }

    [Theory]
    [InlineData("L1:20w:local", 10.0, 20.0)]
    [InlineData("L1:1of2:local", 0, 24.0)]
    [InlineData("L1:4w:local:filter", 12.0, 24.0)]
    public void Everything_that_is_declared_is_reached(string rule, double half, double whole)
    {
        var text = "model Demo.X\ninput 6\n" + $"0 = Linear(input) bias=true prune={rule} -> 8\n1 = Linear(0) bias=true -> 3\n";
        var reports = new Recorder();
        new Trainer(text, 1).Fit(Data, new FitOptions { Epochs = 2, Pruning = new Iterative(2), Progress = reports });
        Assert.Equal(half / 72, reports.Reports[0].Sparsity, 12);
        Assert.Equal(whole / 72, reports.Reports[^1].Sparsity, 12);
    }

    [Fact]
    public void Iterative_rewinds_the_learning_rate()
    {
        var (_, reports) = Fit(
            new Iterative(2, EpochsBetween: 1, StartEpoch: 1) { Rewind = Rewind.LearningRate }, epochs: 4, LearningRateSchedule.Cosine());
        var rates = reports.Select(report => report.LearningRate).ToList();
        Assert.Equal(rates[0], rates[5]);
        Assert.Equal(rates[0], rates[10]);
        Assert.True(rates[4] < rates[0] / 2 && rates[9] < rates[0] / 2 && rates[19] < rates[0] / 10);
    }

    [Fact]
    public void A_lottery_ticket_starts_where_the_network_did()
    {
        var trainer = new Trainer(Networks.Mlp, 5);
        var initial = trainer.ParameterNames.ToDictionary(name => name, trainer.GetParameter);
        trainer.Fit(Data, new FitOptions { Epochs = 2 });
        trainer.Prune();
        var mask = trainer.Pruning.GetMask("0.weight")!;
        trainer.RewindWeights();
        Assert.Equal(mask, trainer.Pruning.GetMask("0.weight"));
        Assert.Equal(initial["0.weight"].Zip(mask, (value, kept) => kept == 0 ? 0 : value), trainer.GetParameter("0.weight"));
        Assert.Equal(initial["0.bias"], trainer.GetParameter("0.bias"));
    }

    [Fact]
    public void Weights_return_to_an_early_checkpoint()
    {
        using var files = new TemporaryFolder();
        var trainer = new Trainer(Networks.Mlp, 5);
        trainer.Fit(Data, new FitOptions { Epochs = 1 });
        trainer.SaveCheckpoint(files["early"]);
        var early = trainer.GetParameter("2.weight");
        trainer.Fit(Data, new FitOptions { Epochs = 3 });
        trainer.Prune();
        var mask = trainer.Pruning.GetMask("2.weight")!;
        trainer.RewindWeights(files["early"]);
        Assert.Equal(early.Zip(mask, (value, kept) => kept == 0 ? 0 : value), trainer.GetParameter("2.weight"));
        Assert.Equal(0.5, trainer.Sparsity);
    }

    /// <summary>Interrupted before any batch, saved, loaded into a trainer of another seed, resumed: the same bits.</summary>
    [Theory]
    [InlineData("gradual")]
    [InlineData("lottery")]
    [InlineData("random")]
    public void Resuming_anywhere_gives_the_same_bits(string kind)
    {
        using var files = new TemporaryFolder();
        PruningSchedule schedule = kind switch
        {
            "gradual" => new Gradual(0, 2, Frequency: 3),
            "lottery" => new Iterative(2, StartEpoch: 1) { Rewind = Rewind.Weights },
            _ => new Iterative(3),
        };
        var text = kind == "random" ? Networks.Mlp.Replace("L1:0.5:global", "Random:0.5:global:filter", StringComparison.Ordinal)
            : Networks.Mlp;
        FitOptions Options(bool resume, IProgress<FitProgress>? progress = null) => new()
        {
            Epochs = 3, BatchSize = 16, Resume = resume, Progress = progress, Pruning = schedule, Validation = Data,
            EarlyStopping = new EarlyStopping(5), Schedule = LearningRateSchedule.Cosine(),
        };
        var whole = new Trainer(text, 3);
        var result = whole.Fit(Data, Options(resume: false));
        Assert.Equal(36.0 / 72, whole.Sparsity, kind == "random" ? 1 : 12);
        for (var stop = 1; stop < 15; stop++)
        {
            using var source = new CancellationTokenSource();
            var first = new Trainer(text, 3);
            var seen = 0;
            var progress = new Recorder(_ =>
            {
                if (++seen == stop)
                    source.Cancel();
            });
            Assert.ThrowsAny<OperationCanceledException>(() => first.Fit(Data, Options(resume: false, progress), source.Token));
            first.SaveCheckpoint(files["a"]);
            var second = new Trainer(text, 99);
            second.LoadCheckpoint(files["a"]);
            var rest = second.Fit(Data, Options(resume: true));
            Assert.Equal(Problems.Bits(whole), Problems.Bits(second));
            Assert.Equal(result.BestEpoch, rest.BestEpoch);
        }
    }

    [Fact]
    public void Early_stopping_waits_for_the_last_pruning()
    {
        var trainer = new Trainer(Networks.Mlp, 3);
        var result = trainer.Fit(Data, new FitOptions
        {
            Epochs = 6, Pruning = new OneShot(4), Validation = Data, EarlyStopping = new EarlyStopping(1), Optimizer = new Sgd(1e-12f),
        });
        Assert.Equal(5, result.BestEpoch);
        Assert.Equal(0.5, trainer.Sparsity);
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        var trainer = new Trainer(Networks.Mlp, 3);
        void Refused(PruningSchedule schedule, string why, int epochs = 3) => Assert.Contains(why,
            Assert.Throws<ArgumentException>(() => trainer.Fit(Data, new FitOptions { Epochs = epochs, Pruning = schedule })).Message,
            StringComparison.Ordinal);
        Refused(new OneShot(3), "give it more Epochs");
        Refused(new Iterative(4), "give it more Epochs");
        Refused(new Gradual(0, 3), "give it more Epochs");
        Refused(new Iterative(2) { Rewind = Rewind.LearningRate }, "needs a Schedule");
        Assert.Throws<ArgumentOutOfRangeException>(() => new OneShot(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Iterative(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Iterative(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gradual(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gradual(0, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gradual(0, 1) { InitialAmount = 1 });
        var plain = new Trainer(Networks.Mlp.Replace(" prune=L1:0.5:global", "", StringComparison.Ordinal), 1);
        Assert.Contains("declares nothing to prune",
            Assert.Throws<ArgumentException>(() => plain.Fit(Data, new FitOptions { Pruning = new OneShot() })).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Five batches an epoch, of a network with 72 weights of which half is declared to be pruned.</summary>
    private static (Trainer Trainer, List<FitProgress> Reports) Fit(PruningSchedule schedule, int epochs,
        LearningRateSchedule? rates = null)
    {
        var recorder = new Recorder();
        var trainer = new Trainer(Networks.Mlp, 3);
        trainer.Fit(Data, new FitOptions { Epochs = epochs, BatchSize = 16, Pruning = schedule, Schedule = rates, Progress = recorder });
        Assert.Equal(5 * epochs, recorder.Reports.Count);
        return (trainer, recorder.Reports);
    }
}
