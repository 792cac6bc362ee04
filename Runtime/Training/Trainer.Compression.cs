using CompileTime.Models;
using CompileTime.Pruning;
using CompileTime.Quantization;
using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime;

public sealed partial class Trainer
{
    private readonly List<float[]> _masksOfPrune = [];
    private Dictionary<string, float[]>? _baseline;
    private Calibration? _calibration;
    private bool _isTrained;
    private bool _wasCalibrated;

    /// <summary>
    /// Post-training calibration: observes the network on samples and so decides the scales of all values. Replaces an earlier calibration;
    /// training, pruning and changed parameters undo it.
    /// </summary>
    /// <param name="samples">A few hundred typical samples; labels do not matter.</param>
    /// <exception cref="ArgumentException">The samples are not for this model, or one has a NaN or infinite value.</exception>
    /// <exception cref="InvalidOperationException">
    /// The network is not declared with [Quantize], has not been trained, has not been pruned although it declares it, has a layer that
    /// cannot
    /// be quantized, or Fit is running.
    /// </exception>
    public void Calibrate(Dataset samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        CheckIdle(nameof(Calibrate));
        _ = Rule();
        if (_qat is not null)
            throw new InvalidOperationException(
                "The ranges of all values are learned in training since PrepareQat: there is nothing to calibrate. Fit, then Convert.");
        samples.CheckFits(Definition, nameof(samples));
        CheckTrained(nameof(Calibrate));
        CheckPruned(nameof(Calibrate));
        _calibration = Observe(Fusion.Run(Network), samples);
        _calibrationSamples = samples;
        _wasCalibrated = true;
    }

    /// <summary>
    /// Quantizes the calibrated network: int8 weights, BatchNorm folded, ReLU fused. Filters, channels and layers that cannot influence
    /// the result, because pruning left them without weights, are removed: the result is the same, byte for byte, and takes less work.
    /// The trainer stays as it is.
    /// </summary>
    /// <returns>The network in integers, to be validated and saved.</returns>
    /// <exception cref="InvalidOperationException">
    /// The network has not been calibrated since its weights last changed (where a value needs a scale found beforehand), after PrepareQat
    /// not trained since then, has not been pruned although it declares it, or is not declared with [Quantize].
    /// </exception>
    public CompressedModel Convert() => Convert(new ConvertOptions());

    // Where no value needs a scale found beforehand, there is nothing to calibrate.
    private Calibration? Uncalibrated()
    {
        var calibration = new Calibration(Fusion.Run(Network), Rule());
        if (calibration.NeedsSamples)
            return null;
        CheckTrained(nameof(Convert));
        CheckPruned(nameof(Convert));
        return calibration;
    }

    /// <summary>Prune has been called; it may have found that the amount rounds to nothing.</summary>
    private bool WasPruned { get; set; }

    // A checkpoint brings masks of its own: what was the float network before them is not known.
    private bool HasBaseline => _baseline is not null && _masksOfPrune.SequenceEqual(Masks());

    partial void OnTrained()
    {
        _isTrained = true;
        (_calibration, _calibrationSamples) = (null, null);
        if (_qat is not null)
            _qat.IsFitted = false;
    }

    private Dictionary<string, float[]> Snapshot() =>
        Network.Parameters.ToDictionary(parameter => parameter.Name, parameter => (float[])parameter.Value.Clone(), StringComparer.Ordinal);

    private IEnumerable<float[]> Masks() =>
        Network.Parameters.Where(parameter => parameter.Mask is not null).Select(parameter => parameter.Mask!);

    private QuantizeRule Rule() => Definition.Quantize ?? throw new InvalidOperationException(
        $"{Definition.ModelName} is not declared to be quantized: add [Quantize(Int8, Backend.Fbgemm)] to the class.");

    private void CheckTrained(string method)
    {
        if (!_isTrained)
            throw new InvalidOperationException(
                $"The network has not been trained: call Fit (or LoadCheckpoint, or SetParameter) before {method}.");
    }
    private void CheckPruned(string method)
    {
        if (PruningPlan.IsDeclared(Definition) && !WasPruned && !IsPruned)
            throw new InvalidOperationException(
                $"{Definition.ModelName} declares [Prune], but has not been pruned: call Prune, and Fit to fine-tune, before {method}.");
    }
}
