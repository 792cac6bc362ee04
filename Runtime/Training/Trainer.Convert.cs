using CompileTime.Models;
using CompileTime.Pruning.Removal;
using CompileTime.Quantization;

namespace CompileTime;

public sealed partial class Trainer
{
    private Dataset? _calibrationSamples;

    /// <summary>
    /// As <see cref="Convert()"/>, with steps that raise accuracy. In this order: equalization (and a new calibration), conversion, search
    /// for scales, bias correction. The same trainer, samples and options give the same model.
    /// </summary>
    /// <param name="options">Which steps; none by default.</param>
    /// <returns>The network in integers; <see cref="CompressedModel.ConversionNotes"/> says what was done.</returns>
    /// <exception cref="ArgumentOutOfRangeException">SearchSamples is less than 1.</exception>
    /// <exception cref="InvalidOperationException">
    /// The network has not been calibrated since its weights last changed, or is not declared with [Quantize].
    /// </exception>
    public CompressedModel Convert(ConvertOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.SearchSamples < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.SearchSamples,
                "SearchSamples must be at least 1: the scales are searched on that many samples.");
        }

        CheckIdle(nameof(Convert));
        var calibration = Calibrated();
        if (_calibrationSamples is not { } samples)
            return options == new ConvertOptions()
                ? Compressed(calibration.Network, Converter.Run(calibration), [])
                : throw new InvalidOperationException(_qat is null
                    ? "The steps of ConvertOptions need samples: call Calibrate before Convert."
                    : "The steps of ConvertOptions are for calibrated networks: after PrepareQat training has found the scales.");
        var notes = new List<string>();
        if (options.Equalize)
            calibration = Observe(Equalization.Run(calibration.Network, notes), samples);
        var model = Converter.Run(calibration);
        if (options.SearchScales)
        {
            var few = samples.Slice(0, Math.Min(options.SearchSamples, samples.Count));
            model = ScaleSearch.Run(calibration, model, new SampleBatches(few, Definition), notes);
        }

        if (options.BiasCorrection)
            model = BiasCorrection.Run(calibration.Network, model, new SampleBatches(samples, Definition), notes);
        return Compressed(calibration.Network, model, notes);
    }

    private Calibration Calibrated()
    {
        _ = Rule();
        if (_qat is not null)
            return LearnedScales(_qat);
        return _calibration ?? Uncalibrated() ?? throw new InvalidOperationException(_wasCalibrated
            ? "The weights have changed since Calibrate: call Calibrate again before Convert."
            : "Call Calibrate with some typical samples before Convert.");
    }

    private Calibration Observe(FusedNetwork network, Dataset samples)
    {
        var calibration = new Calibration(network, Rule());
        new SampleBatches(samples, Definition).ForEach((values, count) => calibration.Observe(values, count));
        return calibration;
    }

    private CompressedModel Compressed(FusedNetwork network, QuantizedModel model, IReadOnlyList<string> notes)
    {
        var origin = new CompressionOrigin(FloatStage(), HasBaseline ? _baseline : null, IsPruned)
        {
            // Nobody writes to a fused network's parameters: it is a copy of its own.
            Converted = network.Float.Parameters.ToDictionary(
                parameter => parameter.Name, parameter => parameter.Value, StringComparer.Ordinal),
            Whole = model,
        };
        return new CompressedModel(Definition, ChannelRemoval.RunWhereItPays(model, Definition), origin)
        {
            ConversionNotes = [.. notes, .. EmptyLayers()],
        };
    }

    // Whole layers that were to be pruned as such are no surprise.
    private IEnumerable<string> EmptyLayers() => Definition.Layers
        .Where(layer => layer.HasWeight && layer.Prune is not { IsLayer: true }
            && !Network[layer.Name + ".weight"].Value.AsSpan().ContainsAnyExcept(0f))
        .Select(layer => $"{layer.Name}: no weight is left, so its result does not depend on its input");
}
