using CompileTime.Quantization;
using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime;

public sealed partial class Trainer
{
    private QatSession? _qat;

    /// <summary>Whether <see cref="PrepareQat"/> has been called, or a checkpoint of quantization-aware training was loaded.</summary>
    public bool IsQat => _qat is not null;

    internal QatNetwork? QatNetwork => _qat?.Network;

    // What Fit trains and what Evaluate and Predict compute with. Both have the same parameters.
    private FloatNetwork Running => _qat?.Network ?? Network;

    /// <summary>
    /// Begins quantization-aware training, as torch.ao.quantization.prepare_qat on the fused network. From now on Fit trains with weights
    /// and values rounded as int8 will round them (straight-through gradients, BatchNorm folded by its running statistics), and learns
    /// their ranges by moving averages; Evaluate and Predict round, too. Pruned weights stay zero. Then Convert: there is nothing to
    /// calibrate.
    /// </summary>
    /// <param name="options">How; null for the defaults. Later changes to it do not matter.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="InvalidOperationException">
    /// The network is not declared with [Quantize], has not been trained, is prepared already, has a layer that cannot be quantized, or Fit
    /// is running.
    /// </exception>
    public void PrepareQat(QatOptions? options = null)
    {
        CheckIdle(nameof(PrepareQat));
        options = (options ?? new QatOptions()).Copy();
        options.Check();
        var rule = Rule();
        if (_qat is not null)
            throw new InvalidOperationException("PrepareQat has been called already: Fit to train, then Convert.");
        CheckTrained(nameof(PrepareQat));
        _qat = new QatSession(QatNetwork.Of(Network, rule, options, _seed), options, _state.EpochsEver)
        {
            Before = (Snapshot(), [.. Masks().Select(mask => (float[])mask.Clone())]),
        };
        (_calibration, _calibrationSamples) = (null, null);
        _state.Restart();
    }

    /// <summary>
    /// From now on the ranges stay as they are, as disable_observer of all modules. Usually for the last epochs, so that weights settle in
    /// their final scales. May be called from <see cref="FitOptions.Progress"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">PrepareQat has not been called, or no batch has been trained since.</exception>
    public void FreezeObservers()
    {
        CheckThread(nameof(FreezeObservers));
        var qat = Prepared(nameof(FreezeObservers));
        if (!qat.Network.IsObserved)
            throw new InvalidOperationException("There are no ranges yet that could be kept: call Fit before FreezeObservers.");
        qat.Network.AreObserversFrozen = true;
    }

    /// <summary>
    /// From now on batch normalization trains with its running statistics and leaves them as they are, as freeze_bn_stats; its weights and
    /// biases go on learning. May be called from <see cref="FitOptions.Progress"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">PrepareQat has not been called.</exception>
    public void FreezeBatchNorm()
    {
        CheckThread(nameof(FreezeBatchNorm));
        Prepared(nameof(FreezeBatchNorm)).Network.IsBatchNormFrozen = true;
    }

    private QatSession Prepared(string method) =>
        _qat ?? throw new InvalidOperationException($"Call PrepareQat before {method}.");

    // Before the first batch there are no ranges: rounding by a made-up scale would look like a bad network.
    private void CheckObserved(string method)
    {
        if (_qat is { Network.IsObserved: false })
            throw new InvalidOperationException(
                $"No batch has been trained since PrepareQat, so no value has a range to be rounded with: call Fit before {method}.");
    }

    /// <summary>The scales of Convert, from the ranges that were learned.</summary>
    private Calibration LearnedScales(QatSession qat)
    {
        if (!qat.Network.IsObserved)
            throw new InvalidOperationException("Call Fit after PrepareQat, before Convert: it learns the ranges of all values.");
        if (!qat.IsFitted)
            throw new InvalidOperationException("The weights have changed since the last Fit: call Fit again before Convert.");
        CheckPruned(nameof(Convert));
        return new QatCalibration(Fusion.Run(Network, qat.Network.Skipped), Rule(), qat);
    }

    /// <summary>
    /// The float network that Validate compares with: as it was before PrepareQat. If it was pruned since, that is another network, and the
    /// trained weights without rounding stand for it.
    /// </summary>
    private Dictionary<string, float[]> FloatStage()
    {
        if (_qat?.Before is not { } before)
            return Snapshot();
        float[][] masks = [.. Masks()];
        var isSame = masks.Length == before.Masks.Length
            && masks.Zip(before.Masks).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
        return isSame ? before.Parameters : Snapshot();
    }

    /// <summary>The session that a checkpoint was saved in; null for none. Nothing is changed.</summary>
    private QatSession? LoadQat(Checkpoint checkpoint, string path)
    {
        if (checkpoint.Qat is not { } saved)
            return null;
        var definition = DefinitionText.Read(checkpoint.Definition, 1, out _);
        if (definition is null || Definition.Quantize is null || !Rules(definition).SequenceEqual(Rules(Definition)))
            throw new InvalidDataException(
                $"'{path}' is a checkpoint of quantization-aware training with another [Quantize] than {Definition.ModelName} declares. " +
                "Load it into the class it was saved from.");
        var values = ParameterNames.Zip(checkpoint.Values).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        var skipped = SkippedLayers.Of(Definition, name => values[name]);
        try
        {
            return QatSession.Load(
                saved, checkpoint.State.BestRanges, QatNetwork.Of(Network, Rule(), saved.Options, checkpoint.Seed, skipped));
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException)
        {
            // The latter from QatNetwork: of this network there is no quantization-aware training.
            throw new InvalidDataException($"'{path}' is damaged: {exception.Message}", exception);
        }

        static IEnumerable<QuantizeRule?> Rules(NetworkDefinition definition) =>
            [definition.Quantize, .. definition.Layers.Select(layer => layer.Quantize)];
    }
}
