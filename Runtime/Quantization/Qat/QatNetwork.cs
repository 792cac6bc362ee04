using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Quantization;

/// <summary>
/// A network in quantization-aware training. It has the parameters of a float network in common with it, and ranges of its own: what was
/// observed of each weight and value.
/// </summary>
internal sealed class QatNetwork : FloatNetwork
{
    private readonly QatWeights _weights;
    private readonly List<BatchNorm> _norms;
    private readonly List<FakeQuantize> _modules;

    private QatNetwork(QatBuilder builder, int seed, IReadOnlySet<string> skipped)
        : base(builder.Run(seed))
    {
        Skipped = skipped;
        (Activations, Weights, _norms) = (builder.Activations, builder.Weights, builder.Norms);
        _weights = new QatWeights([.. Weights.Values]);
        _modules = [.. Weights.Values.Select(weight => weight.Module), .. Activations.Values.Select(layer => layer.Module)];
    }

    /// <summary>By the names that the fused network has for its input and results.</summary>
    public IReadOnlyDictionary<string, FakeQuantizeLayer> Activations { get; }

    /// <summary>By layer.</summary>
    public IReadOnlyDictionary<string, QatWeight> Weights { get; }

    public IReadOnlyList<FakeQuantize> Modules => _modules;

    /// <summary>The layers that were the identity when the network was made; they stay so.</summary>
    public override IReadOnlySet<string> Skipped { get; }

    public bool IsObserved => _modules.TrueForAll(module => module.IsObserved);

    public bool AreObserversFrozen
    {
        get => !_modules[0].ObserverEnabled;
        set => _modules.ForEach(module => module.ObserverEnabled = !value);
    }

    public bool IsBatchNormFrozen
    {
        get => _norms.Count > 0 && _norms[0].IsFrozen;
        set => _norms.ForEach(norm => norm.IsFrozen = value);
    }

    /// <param name="network">Whose parameters are trained.</param>
    /// <param name="rule">The network's; layers may have their own.</param>
    /// <param name="options">How.</param>
    /// <param name="seed">Of dropout.</param>
    /// <param name="skipped">Layers that are the identity; null for those of the network.</param>
    /// <exception cref="InvalidOperationException">The network cannot be fused; the message names the layer.</exception>
    public static QatNetwork Of(FloatNetwork network, QuantizeRule rule, QatOptions options, int seed, IReadOnlySet<string>? skipped = null)
    {
        skipped ??= network.Skipped;
        var fused = Fusion.Run(network, skipped);
        var builder = new QatBuilder(network, fused, new Placement(fused, rule), new QatModules(options), skipped);
        var made = new QatNetwork(builder, seed, skipped);
        return made._modules.Count > 0 ? made : throw new InvalidOperationException(
            $"All layers of {network.Definition.ModelName} stay float32 by [Quantize]: there is nothing to round in training.");
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Forward(int batch, Action<LayerDefinition, ReadOnlySpan<float>>? observe = null)
    {
        _weights.Quantize(observe: false);
        return base.Forward(batch, observe);
    }

    /// <inheritdoc/>
    public override void ForwardTraining(int batch, long step, Activation target)
    {
        _weights.Quantize(observe: !AreObserversFrozen);
        base.ForwardTraining(batch, step, target);
    }

    /// <inheritdoc/>
    public override void Backward(int batch, Activation target)
    {
        base.Backward(batch, target);
        _weights.Backward();
    }

    /// <summary>The weights a layer computes with now, before they are rounded: folded, as they will be quantized.</summary>
    public float[] FoldedWeight(string layer)
    {
        _weights.Quantize(observe: false);
        return Weights[layer].Scaled.ToArray();
    }

    /// <summary>Copies of all ranges: per module minima, maxima, scales, zero points.</summary>
    public float[][] SaveRanges() => [.. _modules.SelectMany(module => (float[][])[[.. module.Min], [.. module.Max],
        [.. module.QParams.Select(qparams => qparams.Scale)], [.. module.QParams.Select(qparams => (float)qparams.ZeroPoint)]])];

    /// <summary>Puts back what <see cref="SaveRanges"/> gave.</summary>
    public void LoadRanges(float[][] ranges)
    {
        for (var i = 0; i < _modules.Count; i++)
        {
            ranges[4 * i].CopyTo(_modules[i].Min, 0);
            ranges[(4 * i) + 1].CopyTo(_modules[i].Max, 0);
            for (var channel = 0; channel < _modules[i].QParams.Length; channel++)
                _modules[i].QParams[channel] = new QParams(ranges[(4 * i) + 2][channel], (int)ranges[(4 * i) + 3][channel]);
        }
    }
}
