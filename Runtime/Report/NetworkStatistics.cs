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
    private readonly Activation[] _values;

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
        _values = [.. _nodes.Select(node => _float.Value(node.Result))];
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
            for (var k = 0; k < node.Node.Inputs.Count; k++)
            {
                var (operand, value) = (_nodes[node.Node.Inputs[k]], _float.Value(node.Layer?.Layer.Inputs[k] ?? node.Result));
                for (var sample = 0; sample < count; sample++)
                    operand.Dequantize(bytes[sample][operand.Index], value.Sample(sample));
            }

            if (node.Layer is { } layer)
                _float.ForwardLayer(layer.Layer.Name, count);
            if (node.Layer is { Relu: true } fused)
                _float.ForwardLayer(fused.Result, count);
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
                    throw new InvalidOperationException(
                        $"Layer '{node.Node.Name}' of the float network gives {values[bad]} for one of these samples.");
            }
        }
    }

    private delegate void Comparison(LayerStatistics statistics, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual);

    // Every node's samples in their order: the same sums on any number of threads.
    private void Compare(ReportNode[] nodes, byte[][][] bytes, Comparison add)
    {
        Parallel.ForEach(nodes, node =>
        {
            var actual = new float[node.Node.Shape.Elements];
            for (var sample = 0; sample < bytes.Length; sample++)
            {
                node.Dequantize(bytes[sample][node.Index], actual);
                add(node.Statistics, Value(node, sample), actual);
            }
        });
    }

    private Span<float> Value(ReportNode node, int sample) => _values[node.Index].Sample(sample);

    private IEnumerable<ReportNode> Pair(FusedNetwork fused, QuantizedModel left)
    {
        var nodes = _origin.Whole.Network.Nodes;
        var layers = fused.Layers.ToDictionary(layer => layer.Layer.Name, StringComparer.Ordinal);
        var observed = new Placement(fused, _definition.Quantize!).Observed()
            .ToDictionary(value => value.Value, value => QConfig.For(value.Rule).Activation().Spec.Max, StringComparer.Ordinal);
        var (results, largest) = (new string[nodes.Count], new int[nodes.Count]);
        for (var i = 0; i < nodes.Count; i++)
        {
            var node = nodes[i];
            var layer = layers.GetValueOrDefault(node.Name);
            results[i] = layer?.Result ?? (i == 0 ? node.Name : results[node.Inputs[0]]);
            largest[i] = observed.TryGetValue(results[i], out var most) ? most
                : layer is null || ScalarFunctions.FixedQParams(layer.Layer.Kind) is not null ? byte.MaxValue
                : largest[node.Inputs[0]];
            var stays = left.Network.Nodes.FirstOrDefault(other => other.Name == node.Name);
            var weight = node.Weight is null ? null
                : new WeightStatistics(layer!.Layer, _float[node.Name + ".weight"].Value, _origin.Whole.Weights[i]!, WeightsLeft(left,
                    stays));
            yield return new ReportNode(i, node, layer, results[i], stays, new LayerStatistics(node, stays?.KeptChannels, largest[i]),
                weight);
        }
    }

    // An operator without any weights may stand in for another of its name: of the declared ones, none is left.
    private static WeightsLeft? WeightsLeft(QuantizedModel left, QuantizedNode? node) => node?.Weight is not { Nonzeros: > 0 } ? null
        : new WeightsLeft(left.Weights[left.Network.Nodes.ToList().IndexOf(node)]!, node.KeptChannels,
            left.Network.Nodes[node.Inputs[0]].KeptChannels);
}
