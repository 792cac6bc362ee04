using Sample.Data;
using Sample.Display;
using Sample.Networks;

namespace Sample.Pipeline;

/// <summary>One of Deep Compression's networks, how it is trained here, and what the paper reached.</summary>
/// <param name="Title">Its name in the paper.</param>
/// <param name="Network">The declared class.</param>
/// <param name="Copies">How often each training image is seen in an epoch, moved by up to a pixel but once.</param>
/// <param name="Epochs">Epochs before pruning, while pruning gradually, and after it.</param>
/// <param name="LearningRate">Adam's; constant, and along a cosine to 0 after pruning.</param>
/// <param name="PaperBytes">Bytes that Deep Compression needs.</param>
/// <param name="PaperError">Its error in [0, 1].</param>
internal sealed record ExtremeCompression(
    string Title, SampleNetwork Network, int Copies, (int Dense, int Pruning, int FineTuning) Epochs, float LearningRate,
    int PaperBytes, double PaperError)
{
    private const int BatchSize = 64;
    private const int CalibrationSamples = 2_000;

    // Fewer batches between two prunings take less at once, and what is left can make up for it.
    private const int BatchesBetweenPrunings = 50;

    /// <summary>The two.</summary>
    public static IReadOnlyList<ExtremeCompression> All { get; } =
    [
        new("LeNet-300-100", new("lenet300", nameof(LeNet300100), LeNet300100.CreateTrainer,
            () => new LeNet300100().Predict, path => LeNet300100.Load(path).Predict),
            Copies: 4, Epochs: (2, 4, 8), LearningRate: 1.5e-3f, PaperBytes: 27_000, PaperError: 0.0158),
        new("LeNet-5", new("lenet5", nameof(LeNet5Caffe), LeNet5Caffe.CreateTrainer,
            () => new LeNet5Caffe().Predict, path => LeNet5Caffe.Load(path).Predict),
            Copies: 2, Epochs: (1, 2, 3), LearningRate: 1.5e-3f, PaperBytes: 44_000, PaperError: 0.0074),
    ];

    /// <summary>Trains, prunes while training, fine-tunes, converts and validates.</summary>
    public ValidationReport Run(ImageData data, int seed, Stages stages, CancellationToken cancellationToken)
    {
        var train = Shifted.Create(data.Train, Copies, seed);
        var trainer = Network.CreateTrainer(seed);
        stages.Fit("Train", progress => trainer.Fit(train, Options(Epochs.Dense, progress), cancellationToken));
        stages.Fit("Prune", progress =>
        {
            var options = Options(Epochs.Pruning + 1, progress);
            options.Pruning = new Gradual(0, Epochs.Pruning, BatchesBetweenPrunings);
            trainer.Fit(train, options, cancellationToken);
        });
        stages.Run("Test", () => trainer.Evaluate(data.Test),
            accuracy => $"error {Format.Percent(1 - accuracy)}, {Format.Percent(trainer.Sparsity)} of the weights are 0");
        stages.Fit("Fine-tune", progress =>
        {
            var options = Options(Epochs.FineTuning, progress);
            options.Schedule = LearningRateSchedule.Cosine();
            trainer.Fit(train, options, cancellationToken);
        });
        stages.Run("Calibrate", () => trainer.Calibrate(data.Train.Slice(0, Math.Min(CalibrationSamples, data.Train.Count))), () => "");
        cancellationToken.ThrowIfCancellationRequested();
        var model = trainer.Convert();
        return stages.Run("Validate", () => model.Validate(data.Test),
            report => $"error {Format.Percent(1 - report.Int8)} as int8, {Format.Count(report.ShippedBytes)} bytes");
    }

    private FitOptions Options(int epochs, IProgress<FitProgress> progress) => new()
    {
        Epochs = epochs, BatchSize = BatchSize, Optimizer = new Adam(LearningRate), Progress = progress,
    };
}
