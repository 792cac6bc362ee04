using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Quantization;

/// <summary>
/// Post-training calibration: runs samples through the folded float network and observes its input and every result that gets a scale
/// of its own. Pools, ReLU and Flatten keep the scale of what they read; float32 values have none (<see cref="Placement"/>).
/// </summary>
internal class Calibration
{
    /// <summary>Samples per pass: memory does not grow with the number of samples. PyTorch's histograms depend on it, too.</summary>
    public const int BatchSize = 64;

    private readonly Dictionary<string, ObserverBase> _observers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _isNonzero = new(StringComparer.Ordinal);

    /// <param name="network">Folded and fused.</param>
    /// <param name="rule">The network's; layers may have their own.</param>
    /// <exception cref="InvalidOperationException">A rule cannot be followed.</exception>
    public Calibration(FusedNetwork network, QuantizeRule rule)
    {
        Network = network;
        Placement = new Placement(network, rule);
        foreach (var layer in network.Layers.Where(Placement.HasInt8Weights))
            _ = ConfigOf(layer.Layer);
        foreach (var (value, observed) in Placement.Observed())
            _observers.Add(value, QConfig.For(observed).Activation());
    }

    /// <summary>Which values are quantized.</summary>
    public Placement Placement { get; }

    /// <summary>Whether any scale is to be found: not where values stay float32, or are quantized in every call.</summary>
    public bool NeedsSamples => _observers.Count > 0;

    public FusedNetwork Network { get; }

    /// <summary>The values that have a scale of their own, in order.</summary>
    public IEnumerable<string> Observed => _observers.Keys;

    /// <summary>What a value's scale is made for.</summary>
    public QuantizationSpec SpecOf(string result) => _observers[result].Spec;

    /// <summary>By the rule of the layer, or of the network where it has none.</summary>
    public QConfig ConfigOf(LayerDefinition layer) => QConfig.For(Placement.RuleOf(layer));

    /// <summary>Observes one batch of finite values.</summary>
    /// <exception cref="InvalidOperationException">A layer's result is NaN or infinite.</exception>
    public void Observe(ReadOnlySpan<float> inputs, int batch)
    {
        NoteNonzero(NetworkDefinition.InputName, inputs);
        if (_observers.ContainsKey(NetworkDefinition.InputName))
            Observe(NetworkDefinition.InputName, inputs, batch);
        Network.Float.Forward(inputs, batch, (layer, values) =>
        {
            NoteNonzero(layer.Name, values);
            if (!_observers.ContainsKey(layer.Name))
                return;
            foreach (var value in values)
            {
                if (!float.IsFinite(value))
                    throw new InvalidOperationException(
                        $"Layer '{layer.Name}' gives {value}: training has diverged. Train again with a lower learning rate, or from an "
                        + "earlier checkpoint.");
            }

            Observe(layer.Name, values, batch);
        });
    }

    /// <summary>Scale and zero point of <see cref="NetworkDefinition.InputName"/> or of a float layer's result.</summary>
    /// <exception cref="InvalidOperationException">What was observed has no range that could be quantized.</exception>
    public virtual QParams QParamsOf(string result)
    {
        QParams qparams;
        try
        {
            qparams = _observers[result].Calculate()[0];
        }
        catch (InvalidOperationException problem)
        {
            throw new InvalidOperationException($"'{result}': {problem.Message}", problem);
        }

        if (!float.IsFinite(qparams.Scale))
        {
            throw new InvalidOperationException($"The values of '{result}' span more than a float32 can say: they cannot be quantized."
                + (result == NetworkDefinition.InputName ? "" : " Training has diverged: train again with a lower learning rate."));
        }

        // A result that is zero whatever the input is no mistake: pruning makes them, and what reads them has nothing to multiply.
        if (!_isNonzero.GetValueOrDefault(result) && CanDiffer(result))
        {
            throw new InvalidOperationException(
                $"The range of '{result}' has collapsed: all its values were 0 in calibration. " + (result == NetworkDefinition.InputName
                    ? "Calibrate with samples that are typical."
                    : "Training that diverges leaves such layers: if Evaluate shows that the network has learned nothing, train it again "
                    + "with a lower learning rate. If it has, calibrate with samples that are typical, or leave the layer float32 with "
                    + "[Quantize(Float32)]."));
        }

        return qparams;
    }

    /// <summary>A layer's weight as int8.</summary>
    /// <param name="layer">A Linear or Conv2d of the fused network.</param>
    /// <param name="folded">Its weight there.</param>
    /// <param name="bias">Its bias, or empty.</param>
    public virtual LayerWeights QuantizeWeight(LayerDefinition layer, float[] folded, float[] bias) =>
        WeightQuantizer.Quantize(folded, layer.WeightShape, bias, ConfigOf(layer).Weight());

    private void Observe(string name, ReadOnlySpan<float> values, int batch) =>
        _observers[name].Observe(values, [batch, values.Length / batch]);

    private void NoteNonzero(string name, ReadOnlySpan<float> values) =>
        _isNonzero[name] = _isNonzero.GetValueOrDefault(name) || values.ContainsAnyExcept(0f);

    // Of what was not looked at, nothing is known.
    private bool IsAlwaysZero(string value) => _isNonzero.TryGetValue(value, out var isNonzero) && !isNonzero;

    /// <summary>Whether a result depends on the input: by a layer's weights, or by what a layer without weights reads.</summary>
    protected bool CanDiffer(string result)
    {
        if (result == NetworkDefinition.InputName)
            return true;
        var layer = Network.Layers.First(layer => layer.Result == result).Layer;
        return layer.HasWeight
            ? !IsAlwaysZero(layer.Inputs[0]) && Network.Float[layer.Name + ".weight"].Value.AsSpan().ContainsAnyExcept(0f)
            : layer.Inputs.Any(CanDiffer);
    }
}
