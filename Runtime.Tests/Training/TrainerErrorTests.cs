namespace CompileTime.Tests.Training;

/// <summary>Every mistake says what was wrong and what to do.</summary>
public class TrainerErrorTests
{
    [Fact]
    public void Options_say_what_they_are()
    {
        Assert.Equal("1 epoch, batches of 64, Adam with learning rate 0.001, CrossEntropy", new FitOptions().ToString());
        var options = new FitOptions
        {
            Epochs = 10, BatchSize = 8, Optimizer = new Sgd(0.5f), Loss = Loss.MeanSquaredError, Pruning = new OneShot(3), Shuffle = false,
            Schedule = LearningRateSchedule.Cosine(), Validation = new Dataset(new float[6], new int[3]), Resume = true,
            EarlyStopping = new EarlyStopping(2), CheckpointPath = "net.ctc",
        };
        Assert.Equal("10 epochs, batches of 8, Sgd with learning rate 0.5, MeanSquaredError, a learning rate schedule, "
            + $"{options.Pruning}, validation on 3 samples of 2 values, with labels, {options.EarlyStopping}, not shuffled, "
            + "checkpoints in 'net.ctc', resumed", options.ToString());
    }

    [Fact]
    public void Data_for_another_network()
    {
        var trainer = Problems.Mlp().Trainer();
        void Refused(Dataset data, string message)
        {
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => trainer.Fit(data)).Message);
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => trainer.Evaluate(data)).Message);
            var options = new FitOptions { Validation = data };
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => trainer.Fit(Problems.Chequered(10, 1), options)).Message);
        }

        Refused(new Dataset(new float[9], new int[3]), "3 values, but Test.Net takes 2 (2)");
        Refused(new Dataset(new float[6], [0, 1, 2]), "Sample 2 has the label 2, but Test.Net has 2 outputs: labels go from 0 to 1");
        Refused(new Dataset(new byte[6], [0, 1, 1]), "InputScale");
        Assert.Contains("3 targets", Assert.Throws<ArgumentException>(() =>
            trainer.Evaluate(new Dataset(new float[2], new float[3], 3))).Message);
        Assert.Contains("Loss.MeanSquaredError",
            Assert.Throws<ArgumentException>(() => trainer.Fit(new Dataset(new float[4], new float[4], 2))).Message);
    }

    [Fact]
    public void Options_that_make_no_sense()
    {
        var trainer = Problems.Mlp().Trainer();
        var data = Problems.Chequered(33, 1);
        Assert.Contains("Epochs is 0", Assert.Throws<ArgumentException>(() => trainer.Fit(data, new FitOptions { Epochs = 0 })).Message);
        Assert.Contains("BatchSize is -1",
            Assert.Throws<ArgumentException>(() => trainer.Fit(data, new FitOptions { BatchSize = -1 })).Message);
        Assert.Contains("Validation", Assert.Throws<ArgumentException>(() =>
            trainer.Fit(data, new FitOptions { EarlyStopping = new(1) })).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Step(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Cosine(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.OneCycle(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.WarmUp(0));
        var normalized = new NetworkText("2").Linear(4).BatchNorm().Linear(2).Trainer();
        Assert.Contains("a batch of a single sample",
            Assert.Throws<ArgumentException>(() => normalized.Fit(data, new FitOptions { BatchSize = 16 })).Message);
        Assert.Contains("nothing to train",
            Assert.Throws<InvalidOperationException>(() => new NetworkText("2").ReLU().Trainer().Fit(data)).Message);
    }

    [Fact]
    public void A_loss_that_explodes_names_the_batch()
    {
        var trainer = Problems.Mlp().Trainer();
        var error = Assert.Throws<InvalidOperationException>(() =>
            trainer.Fit(Problems.Chequered(64, 1), new FitOptions { Epochs = 50, BatchSize = 16, Optimizer = new Sgd(1e25f) }));
        Assert.Matches(@"^The loss became (NaN|∞|Infinity) in epoch 1, batch \d of 4 \(learning rate 1E\+25\)\. Lower the learning rate",
            error.Message);
    }

    [Fact]
    public void A_weight_that_explodes_in_the_last_batch_is_noticed()
    {
        var trainer = Problems.Mlp().Trainer();
        var error = Assert.Throws<InvalidOperationException>(() =>
            trainer.Fit(Problems.Chequered(16, 1), new FitOptions
            {
                BatchSize = 16, Optimizer = new Sgd(float.MaxValue, weightDecay: 100),
            }));
        Assert.Contains("is not finite after epoch 1", error.Message);
    }

    [Fact]
    public void Predict_and_parameters()
    {
        var trainer = Problems.Mlp().Trainer();
        Assert.Contains("takes 2 values (2), but 3", Assert.Throws<ArgumentException>(() => trainer.Predict(new float[3])).Message);
        Assert.Contains("Value 1 of the input is NaN", Assert.Throws<ArgumentException>(() => trainer.Predict([0, float.NaN])).Message);
        Assert.Contains("no parameter 'x'; it has 0.weight", Assert.Throws<ArgumentException>(() => trainer.GetParameter("x")).Message);
        Assert.Contains("16 elements ([16]), but 2",
            Assert.Throws<ArgumentException>(() => trainer.SetParameter("0.bias", new float[2])).Message);
        var values = new float[16];
        values[5] = float.PositiveInfinity;
        Assert.Contains("Element 5 for 0.bias", Assert.Throws<ArgumentException>(() => trainer.SetParameter("0.bias", values)).Message);
        var copy = trainer.GetParameter("0.bias");
        copy[0] += 1;
        Assert.NotEqual(copy[0], trainer.GetParameter("0.bias")[0]);
    }

    [Fact]
    public void A_text_that_is_no_network()
    {
        Assert.Contains("Line 3", Assert.Throws<ArgumentException>(() =>
            new Trainer("model A\ninput 2\nx = Wonder(input) -> 2\n", 1)).Message);
        Assert.Throws<ArgumentException>(() => new Trainer("", 1));
    }

    [Fact]
    public void Changing_the_trainer_while_it_trains()
    {
        var trainer = Problems.Mlp().Trainer();
        using var files = new TemporaryFolder();
        trainer.SaveCheckpoint(files["start"]);
        var data = Problems.Chequered(8, 1);
        var calls = 0;
        trainer.Fit(data, new FitOptions
        {
            Progress = new Recorder(_ =>
            {
                calls++;
                Assert.Throws<InvalidOperationException>(() => trainer.Fit(data));
                Assert.Throws<InvalidOperationException>(() => trainer.LoadCheckpoint(files["start"]));
                Assert.Throws<InvalidOperationException>(() => trainer.SetParameter("0.bias", new float[16]));
                Assert.IsType<InvalidOperationException>(OnAnotherThread(() => trainer.SaveCheckpoint(files["other"])));
                trainer.SaveCheckpoint(files["same thread"]);
            }),
        });
        Assert.Equal(1, calls);
        Assert.False(File.Exists(files["other"]));
    }

    // Not a task: waiting for one may run it on this very thread.
    private static Exception? OnAnotherThread(Action action)
    {
        Exception? caught = null;
        var thread = new Thread(() => caught = Record.Exception(action));
        thread.Start();
        thread.Join();
        return caught;
    }
}
