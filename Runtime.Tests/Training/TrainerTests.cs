using CompileTime.Training;

namespace CompileTime.Tests.Training;

public class TrainerTests
{
    private static readonly Dataset Bars = Problems.Bars(150, 1);

    [Fact]
    public void Learns_what_is_not_linearly_separable()
    {
        var trainer = Problems.Mlp().Trainer();
        var result = trainer.Fit(Problems.Chequered(600, 1), new FitOptions { Epochs = 40, BatchSize = 20, Optimizer = new Adam(0.01f) });
        Assert.Equal(40, result.Epochs.Count);
        Assert.True(result.Loss < result.Epochs[0].Loss / 3, $"{result.Epochs[0].Loss} -> {result.Loss}");
        Assert.True(trainer.Evaluate(Problems.Chequered(600, 2)) > 0.93);
    }

    [Fact]
    public void Learns_images_from_bytes()
    {
        var trainer = Problems.Convolutional().Trainer();
        trainer.Fit(Bars, new FitOptions { Epochs = 8, BatchSize = 16, Optimizer = new Sgd(0.05f, momentum: 0.9f) });
        Assert.True(trainer.Evaluate(Problems.Bars(300, 2)) > 0.95);
    }

    [Fact]
    public void Learns_a_regression()
    {
        var samples = LayerCases.Uniform(900, 1);
        var targets = Enumerable.Range(0, 300).SelectMany(i => (float[])[
            (2 * samples[3 * i]) - samples[(3 * i) + 2] + 0.5f, samples[(3 * i) + 1]]).ToArray();
        var data = new Dataset(samples, targets, 2);
        var trainer = new NetworkText("3").Linear(2).Trainer();
        var before = trainer.Evaluate(data);
        trainer.Fit(data, new FitOptions { Epochs = 30, BatchSize = 16, Loss = Loss.MeanSquaredError, Optimizer = new Adam(0.03f) });

        // The data are exactly linear; what is left is the last steps' size.
        Assert.True(trainer.Evaluate(data) < 1e-4, $"{before} -> {trainer.Evaluate(data)}");
        Assert.Equal([2f, 0, -1, 0, 1, 0], trainer.GetParameter("0.weight"), (a, b) => Math.Abs(a - b) < 0.02);
    }

    [Fact]
    public void Final_softmax_trains_as_its_logits_do()
    {
        // The loss is taken before the Softmax, so the weights must come out the same.
        var plain = Problems.Mlp().Trainer();
        var softmax = Problems.Mlp().Softmax().Trainer();
        var data = Problems.Chequered(100, 1);
        plain.Fit(data);
        softmax.Fit(data);
        Assert.Equal(Problems.Bits(plain), Problems.Bits(softmax));
        Assert.Equal(1, softmax.Predict([0.3f, 0.4f]).Sum(), 1e-6);
    }

    [Fact]
    public void Starts_as_torch_does()
    {
        var trainer = new NetworkText("4x6x6").Conv(32, 3).Flatten().Linear(50).BatchNorm().Trainer();
        foreach (var (name, fanIn) in ((string, int)[])[("0.weight", 36), ("0.bias", 36), ("2.weight", 512), ("2.bias", 512)])
        {
            var values = trainer.GetParameter(name);
            var bound = 1 / Math.Sqrt(fanIn);
            Assert.All(values, value => Assert.InRange(value, -bound, bound));

            // At least 32 uniform draws: the largest is within a fifth of the bound but for a chance of 0.8^32 = 8e-4, fixed by the seed.
            Assert.True(values.Max() > 0.8 * bound && values.Min() < -0.8 * bound, name);
        }

        Assert.All(trainer.GetParameter("3.weight"), value => Assert.Equal(1, value));
        Assert.All(trainer.GetParameter("3.running_var"), value => Assert.Equal(1, value));
        Assert.All(trainer.GetParameter("3.bias"), value => Assert.Equal(0, value));
        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias", "3.weight", "3.bias", "3.running_mean", "3.running_var"],
            trainer.ParameterNames);
        Assert.Equal((32 * 36) + 32 + (50 * 512) + 50 + 100, trainer.ParameterCount);
        Assert.NotEqual(Problems.Bits(Problems.Mlp().Trainer(1)), Problems.Bits(Problems.Mlp().Trainer(2)));
    }

    [Fact]
    public void Same_seed_same_bits_alone_and_beside_others()
    {
        uint[] Train()
        {
            var trainer = Problems.Convolutional().Trainer(5);
            trainer.Fit(Bars, new FitOptions { Epochs = 2, BatchSize = 16 });
            return Problems.Bits(trainer);
        }

        var alone = Train();
        var beside = new uint[4][];
        Parallel.For(0, beside.Length, i => beside[i] = Train());
        Assert.All(beside, bits => Assert.Equal(alone, bits));
    }

    [Fact]
    public void Order_of_samples_follows_shuffle_and_seed()
    {
        uint[] Train(bool shuffle, int seed, Trainer trainer)
        {
            var start = Problems.Mlp().Trainer(1);
            foreach (var name in trainer.ParameterNames)
                trainer.SetParameter(name, start.GetParameter(name));
            trainer.Fit(Problems.Chequered(50, 1), new FitOptions { BatchSize = 8, Shuffle = shuffle });
            return Problems.Bits(trainer);
        }

        Assert.NotEqual(Train(true, 1, Problems.Mlp().Trainer(1)), Train(true, 2, Problems.Mlp().Trainer(2)));
        Assert.Equal(Train(false, 1, Problems.Mlp().Trainer(1)), Train(false, 2, Problems.Mlp().Trainer(2)));
    }

    [Fact]
    public void Training_allocates_nothing_per_step()
    {
        var trainer = Problems.Convolutional().Trainer();
        var options = new FitOptions { Epochs = 1, BatchSize = 8 };
        var long_ = new FitOptions { Epochs = 11, BatchSize = 8 };
        trainer.Fit(Bars, options);
        var before = GC.GetAllocatedBytesForCurrentThread();
        trainer.Fit(Bars, options);
        var one = GC.GetAllocatedBytesForCurrentThread() - before;
        before = GC.GetAllocatedBytesForCurrentThread();
        trainer.Fit(Bars, long_);
        var eleven = GC.GetAllocatedBytesForCurrentThread() - before;

        // 190 batches more; what grows is the list of 10 epoch results.
        Assert.True(eleven - one < 190 * 16, $"{one} bytes for one epoch, {eleven} for eleven");
    }

    [Fact]
    public void Masked_weights_stay_zero_under_every_optimizer()
    {
        foreach (var optimizer in (Optimizer[])[new Sgd(0.05f), new Sgd(0.05f, 0.9f, 0.01f), new Adam(0.01f), new Adam(0.01f, 0.01f)])
        {
            var trainer = Problems.Convolutional().Trainer();
            var options = new FitOptions { BatchSize = 16, Optimizer = optimizer };

            // Momentum and moments are there when the mask comes, and want to move what is pruned.
            trainer.Fit(Bars, options);
            Assert.False(trainer.IsPruned);
            var weight = trainer.Network["3.weight"];
            weight.Mask = new float[weight.Value.Length];
            for (var i = 0; i < weight.Mask.Length; i++)
            {
                weight.Mask[i] = i % 3 == 0 ? 0 : 1;
                weight.Value[i] *= weight.Mask[i];
            }

            var before = trainer.GetParameter("3.weight");
            Assert.True(trainer.IsPruned);
            trainer.Fit(Bars, options);
            var after = trainer.GetParameter("3.weight");
            for (var i = 0; i < after.Length; i++)
                Assert.Equal(i % 3 == 0, BitConverter.SingleToUInt32Bits(after[i]) == 0 || after[i] == before[i]);
            trainer.SetParameter("3.weight", Enumerable.Repeat(1f, after.Length).ToArray());
            Assert.Equal(75, trainer.GetParameter("3.weight").Count(value => value == 0));
            Assert.Equal(75.0 / (45 + 225 + (80 * 3)), trainer.Sparsity, 1e-12);
        }
    }

    [Fact]
    public void Cancelled_between_batches_and_usable_afterwards()
    {
        using var source = new CancellationTokenSource();
        var trainer = Problems.Convolutional().Trainer();
        var recorder = new Recorder(report =>
        {
            if (report is { Epoch: 2, Batch: 3 })
                source.Cancel();
        });
        var options = new FitOptions { Epochs = 5, BatchSize = 16, Progress = recorder };
        Assert.ThrowsAny<OperationCanceledException>(() => trainer.Fit(Bars, options, source.Token));
        Assert.Equal(10 + 3, recorder.Reports.Count);
        Assert.All(Problems.Bits(trainer), bits => Assert.True(float.IsFinite(BitConverter.UInt32BitsToSingle(bits))));
        trainer.Evaluate(Bars);
        Assert.Single(trainer.Fit(Bars, new FitOptions { BatchSize = 16 }).Epochs);
        var before = Problems.Bits(trainer);
        Assert.ThrowsAny<OperationCanceledException>(() => trainer.Fit(Bars, options, source.Token));
        Assert.Equal(before, Problems.Bits(trainer));
    }

    [Fact]
    public void Progress_tells_every_batch()
    {
        var recorder = new Recorder();
        var trainer = Problems.Convolutional().Trainer();
        var result = trainer.Fit(Bars, new FitOptions
        {
            Epochs = 2, BatchSize = 64, Progress = recorder, Validation = Bars.Slice(0, 30), Schedule = LearningRateSchedule.Step(1, 0.5),
        });
        Assert.Equal([(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)], recorder.Reports.Select(report => (report.Epoch, report.Batch)));
        Assert.All(recorder.Reports, report => Assert.Equal((2, 3), (report.Epochs, report.Batches)));
        Assert.All(recorder.Reports, report => Assert.Equal(report.Batch == 3, report.ValidationAccuracy is not null));
        Assert.Equal(result.Epochs.Select(epoch => epoch.Loss),
            recorder.Reports.Where(report => report.Batch == 3).Select(report => report.Loss));
        Assert.Equal(0.001, recorder.Reports[0].LearningRate, 1e-9);
        Assert.Equal(0.0005, recorder.Reports[5].LearningRate, 1e-9);
        Assert.Equal(trainer.Evaluate(Bars.Slice(0, 30)), result.ValidationAccuracy);
    }

    [Fact]
    public void Early_stopping_restores_the_best_weights()
    {
        // After some epochs a rate that destroys what was learned.
        var validation = Problems.Bars(60, 3);
        var trainer = Problems.Convolutional().Trainer();
        var result = trainer.Fit(Bars, new FitOptions
        {
            Epochs = 40, BatchSize = 16, Optimizer = new Sgd(0.02f), Schedule = new Rising(), Validation = validation,
            EarlyStopping = new EarlyStopping(3),
        });
        Assert.True(result.StoppedEarly);
        Assert.Equal(result.BestEpoch + 3, result.Epochs.Count);
        var best = result.Epochs.Max(epoch => epoch.ValidationAccuracy);
        Assert.Equal(best, result.Epochs[result.BestEpoch - 1].ValidationAccuracy);
        Assert.True(result.ValidationAccuracy < best);
        Assert.Equal(best, trainer.Evaluate(validation));
    }

    private sealed class Rising : LearningRateSchedule
    {
        public override double Factor(int step, int stepsPerEpoch, int epochs) => step < 5 * stepsPerEpoch ? 1 : 20;
    }
}
