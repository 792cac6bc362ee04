using CompileTime.Models;
using CompileTime.Quantization;
using CompileTime.Reference;
using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Reports;

/// <summary>
/// Runs samples through the float network and the reference interpreter, a batch at a time, and measures every value: memory does not
/// grow with the number of samples. The integers are those of the network before channels were removed, which gives the same bytes and has
/// the float network's shapes; channels that were removed are not measured.
/// </summary>
internal sealed class NetworkStatistics
{
    private const int MostSamplesOfBatch = 64;

    // Elements of all values of a batch; they are held as float32 and as bytes.
    private const long MostElementsOfBatch = 1 << 24;

    private readonly NetworkDefinition _definition;
    private readonly CompressionOrigin _origin;
    private readonly FloatNetwork _float;
    private readonly ReportNode[] _nodes;

    /// <param name="definition">As declared.</param>
    /// <param name="origin">The float network.</param>
    /// <param name="left">The network that ships.</param>
    public NetworkStatistics(NetworkDefinition definition, CompressionOrigin origin, QuantizedModel left)
    {
        (_definition, _origin) = (definition, origin);
        var declared = new FloatNetwork(definition, seed: 0);
        foreach (var parameter in declared.Parameters)
            origin.Parameters[parameter.Name].CopyTo(parameter.Value, 0);
        var fused = Fusion.Run(declared);
        _float = fused.Float;
        foreach (var parameter in _float.Parameters)
            origin.Converted[parameter.Name].CopyTo(parameter.Value, 0);
        _nodes = [.. Pair(fused, left)];
    }

    /// <summary>All values in order, the input first.</summary>
    public IReadOnlyList<ReportNode> Nodes => _nodes;

    /// <summary>Measures samples that are spread evenly over the set.</summary>
    /// <exception cref="InvalidOperationException">A layer of the float network gives NaN or infinity.</exception>
    public void Run(Dataset test, int samples)
    {
        var batch = (int)Math.Clamp(MostElementsOfBatch / _nodes.Sum(node => (long)node.Node.Shape.Elements), 1, MostSamplesOfBatch);
        for (var start = 0; start < samples; start += batch)
        {
            var count = Math.Min(batch, samples - start);
            _float.Reserve(count, training: false);
            for (var i = 0; i < count; i++)
                test.CopySample((int)((long)(start + i) * test.Count / samples), _definition, Value(_nodes[0], i));
            Measure(count);
        }
    }

    private void Measure(int count)
    {
        var bytes = new byte[count][][];
        Parallel.For(0, count, sample => bytes[sample] = Interpreter.Trace(_origin.Whole, Value(_nodes[0], sample)));
        _ = _float.Forward(count);
        CheckFinite(count);
        Compare(_nodes, bytes, static (statistics, expected, actual) => statistics.Add(expected, actual));

        // Each layer in float32 on what the integers gave it. The values of the float network are not needed any more.
        foreach (var node in _nodes)
        {
            if (node.Layer is not { } layer)
            {
                Compare([node], bytes, static (statistics, expected, actual) => statistics.AddOwn(expected, actual));
                continue;
            }

            for (var k = 0; k < layer.Layer.Inputs.Count; k++)
            {
                var operand = _nodes[node.Node.Inputs[k]];
                for (var sample = 0; sample < count; sample++)
                    operand.Dequantize(bytes[sample][operand.Index], _float.Value(layer.Layer.Inputs[k]).Sample(sample));
            }

            _float.ForwardLayer(layer.Layer.Name, count);
            if (layer.Relu)
                _float.ForwardLayer(layer.Result, count);
            Compare([node], bytes, static (statistics, expected, actual) => statistics.AddOwn(expected, actual));
        }
    }

    private void CheckFinite(int count)
    {
        foreach (var node in _nodes)
        {
            for (var sample = 0; sample < count; sample++)
            {
                var values = Value(node, sample);
                if (VectorMath.IndexOfNonFinite(values) is >= 0 and var bad)
                    throw new InvalidOperationException($"Layer '{node.Node.Name}' of the float network gives {values[bad]} for one of these samples.");
            }
        }
    }

    private delegate void Comparison(LayerStatistics statistics, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual);

    // Every node's samples in their order: the same sums on any number of threads.
    private void Compare(ReadOnlySpan<ReportNode> nodes, byte[][][] bytes, Comparison add)
    {
        Parallel.ForEach(nodes.ToArray(), node =>
        {
            var actual = new float[node.Node.Shape.Elements];
            for (var sample = 0; sample < bytes.Length; sample++)
            {
                node.Dequantize(bytes[sample][node.Index], actual);
                add(node.Statistics, Value(node, sample), actual);
            }
        });
    }

    private Span<float> Value(ReportNode node, int sample) => _float.Value(node.Result).Sample(sample);

    private IEnumerable<ReportNode> Pair(FusedNetwork fused, QuantizedModel left)
    {
        var whole = _origin.Whole.Network.Nodes;
        var layers = fused.Layers.ToDictionary(layer => layer.Layer.Name, StringComparer.Ordinal);
        var largest = new int[whole.Count];
        for (var i = 0; i < whole.Count; i++)
        {
            var node = whole[i];
            var layer = i == 0 ? null : layers[node.Name];
            largest[i] = layer is null || Calibration.HasOwnScale(layer.Layer.Kind)
                ? QConfig.For(layer?.Layer.Quantize ?? _definition.Quantize!).Activation().Spec.Max
                : ScalarFunctions.FixedQParams(layer.Layer.Kind) is null ? largest[node.Inputs[0]] : byte.MaxValue;
            var stays = left.Network.Nodes.FirstOrDefault(other => other.Name == node.Name);
            var weight = node.Weight is null ? null
                : new WeightStatistics(layer!.Layer, _float[node.Name + ".weight"].Value, _origin.Whole.Weights[i]!, WeightsLeft(left, stays));
            yield return new ReportNode(i, node, layer, stays, new LayerStatistics(node, stays?.KeptChannels, largest[i]), weight);
        }
    }

    // An operator without any weights may stand in for another of its name: of the declared ones, none is left.
    private static WeightsLeft? WeightsLeft(QuantizedModel left, QuantizedNode? node) => node?.Weight is not { Nonzeros: > 0 } ? null
        : new WeightsLeft(left.Weights[left.Network.Nodes.ToList().IndexOf(node)]!, node.KeptChannels, left.Network.Nodes[node.Inputs[0]].KeptChannels);
}
