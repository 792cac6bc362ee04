using CompileTime.Shared;

namespace CompileTime.Quantization;

/// <summary>
/// Which values of a converted network are quint8 and which float32 (<see cref="ValueTypes"/>). Values are converted where a layer reads the
/// other type, once for all such readers.
/// </summary>
internal sealed class Placement
{
    private readonly FusedNetwork _network;
    private readonly QuantizeRule _rule;
    private readonly HashSet<string> _floats;

    /// <param name="network">Folded and fused.</param>
    /// <param name="rule">The network's; layers may have their own.</param>
    public Placement(FusedNetwork network, QuantizeRule rule)
    {
        (_network, _rule) = (network, rule);
        _floats = ValueTypes.Floats(network.Layers.Select(layer => (layer.Layer, layer.Result)), rule);
    }

    /// <summary>By the layer, or by the network where it says nothing.</summary>
    public QuantizeRule RuleOf(LayerDefinition layer) => layer.Quantize ?? _rule;

    /// <summary>Whether a layer is computed in float32, and so its result is.</summary>
    public bool IsFloat(FusedLayer layer) => _floats.Contains(layer.Result);

    /// <summary>
    /// Whether the weights are quantized: for int8 arithmetic, in every call or for storage only. Where a network is quantized by the range
    /// of each call, a Conv2d stays as it is, as by torch.ao.quantization.quantize_dynamic.
    /// </summary>
    public bool HasInt8Weights(FusedLayer layer) => layer.Layer.HasWeight && !RuleOf(layer.Layer).IsFloat
        && (layer.Layer.Kind == LayerKind.Linear || RuleOf(layer.Layer).Mode != nameof(QuantizationMode.Dynamic));

    /// <summary>Whether the input of a Linear is quantized in every call.</summary>
    public bool IsDynamic(FusedLayer layer) => layer.Layer.Kind == LayerKind.Linear
        && RuleOf(layer.Layer) is { IsFloat: false, Mode: nameof(QuantizationMode.Dynamic) };

    /// <summary>Whether the input is read as it is, and whether it is read quantized.</summary>
    public (bool Float, bool Quantized) InputReaders() =>
        (Readers(NetworkDefinition.InputName).Any(IsFloat), Readers(NetworkDefinition.InputName).Any(layer => !IsFloat(layer)));

    /// <summary>
    /// The values that need a scale found by calibration, each with the rule by which it is observed: those of quantized layers, and those
    /// that quantized layers read from the input or from float layers.
    /// </summary>
    public IEnumerable<(string Value, QuantizeRule Rule)> Observed()
    {
        if (Readers(NetworkDefinition.InputName).FirstOrDefault(layer => !IsFloat(layer)) is { } first)
            yield return (NetworkDefinition.InputName, ValueTypes.IsStatic(_rule) ? _rule : RuleOf(first.Layer));
        foreach (var layer in _network.Layers)
        {
            if (!IsFloat(layer))
            {
                if (ValueTypes.HasOwnScale(layer.Layer.Kind))
                    yield return (layer.Result, RuleOf(layer.Layer));
            }
            else if (Readers(layer.Result).FirstOrDefault(reader => !IsFloat(reader)) is { } reader)
            {
                yield return (layer.Result, RuleOf(reader.Layer));
            }
        }
    }

    private IEnumerable<FusedLayer> Readers(string value) => _network.Layers.Where(layer => layer.Layer.Inputs.Contains(value));
}
