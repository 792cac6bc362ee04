using CompileTime.Models;
using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Quantization;

/// <summary>
/// A converted network in float32: weights are what their int8 values stand for, and every value is rounded to its quantized steps. The
/// same as the integers but for float rounding, and much faster than the interpreter: for finding out where accuracy goes, not for answers.
/// </summary>
internal sealed class SimulatedNetwork
{
    private readonly FloatNetwork _network;
    private readonly Dictionary<string, int> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, QParams> _qparams = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _limits = new(StringComparer.Ordinal);

    /// <param name="fused">What was converted.</param>
    /// <param name="model">What it became.</param>
    public SimulatedNetwork(FusedNetwork fused, QuantizedModel model)
    {
        var definition = fused.Float.Definition;
        _network = new FloatNetwork(definition with
        {
            Layers = [.. definition.Layers.Select(layer => layer.HasWeight ? layer with { Bias = true } : layer)],
        }, seed: 0);
        var results = fused.Layers.ToDictionary(layer => layer.Layer.Name, layer => layer.Result, StringComparer.Ordinal);
        for (var i = 0; i < model.Network.Nodes.Count; i++)
        {
            var node = model.Network.Nodes[i];
            if (model.Weights[i] is { } weights)
                SetWeights(node.Name, weights);
            if (node.IsFloat)
                continue;

            // A float value that an int8 layer reads has a node beside it in which it is quantized.
            var name = node.Op == QuantizedOp.Quantize ? node.Name.Replace(".quantize", "", StringComparison.Ordinal) : node.Name;
            var result = results.GetValueOrDefault(name, name);
            _nodes.Add(result, i);
            _qparams.Add(result, new QParams(node.Scale, node.ZeroPoint));
        }
    }

    /// <summary>Index of the node that has a float layer's result in bytes, or -1 where it stays float32.</summary>
    public int NodeOf(string result) => _nodes.GetValueOrDefault(result, -1);

    /// <summary>The float32 bias of a weighted layer; may be changed.</summary>
    public float[] Bias(string layer) => _network[layer + ".bias"].Value;

    /// <summary>Rounds a value to other steps from now on.</summary>
    public void SetQParams(string result, QParams qparams) => _qparams[result] = qparams;

    /// <summary>Clamps a value's bytes to a limit below 255 from now on.</summary>
    public void SetLimit(string result, int limit) => _limits[result] = limit;

    /// <summary>The dequantized output of a batch; valid until the next call.</summary>
    /// <param name="inputs">Sample after sample.</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="observe">Sees each layer's output before it is rounded, which is where errors are measured.</param>
    public ReadOnlySpan<float> Forward(float[] inputs, int batch, Action<string, ReadOnlySpan<float>>? observe = null) =>
        _network.ForwardEach(inputs, batch, (name, values) =>
        {
            observe?.Invoke(name, values);
            if (_qparams.TryGetValue(name, out var qparams))
                Round(values, qparams, _limits.GetValueOrDefault(name, byte.MaxValue));
        });

    private static void Round(Span<float> values, QParams qparams, int limit)
    {
        var (scale, zeroPoint) = qparams;
        var inverse = 1f / scale;
        for (var i = 0; i < values.Length; i++)
        {
            var rounded = MathF.Round(values[i] * inverse, MidpointRounding.ToEven);
            values[i] = Math.Clamp(rounded, -zeroPoint, limit - zeroPoint) * scale;
        }
    }

    private void SetWeights(string layer, LayerWeights weights)
    {
        weights.ToFloat().CopyTo(_network[layer + ".weight"].Value, 0);
        var bias = Bias(layer);
        Array.Clear(bias);
        weights.Bias.CopyTo(bias);
    }
}
