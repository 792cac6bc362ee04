using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Quantization;

/// <summary>
/// Loss-aware choice of scales (as LAPQ, Nahshan et al., "Loss Aware Post-training Quantization", 2021, by coordinate descent): an observer
/// sees one value at a time, but what counts is the network's result. Each value's scale and zero point are varied around those that its
/// observer chose; what brings the result closest to the float network's on the samples is kept.
/// </summary>
internal sealed class ScaleSearch
{
    private const int Rounds = 2;

    private static readonly float[] Factors = [0.6f, 0.7f, 0.8f, 0.85f, 0.9f, 0.95f, 1.05f, 1.1f, 1.2f];
    private static readonly int[] Shifts = [-8, -4, -2, -1, 1, 2, 4, 8];

    private readonly FusedNetwork _fused;
    private readonly SimulatedNetwork _simulated;
    private readonly QuantizedNode[] _nodes;
    private readonly List<(float[] Values, int Batch, float[] Expected)> _batches = [];

    private ScaleSearch(FusedNetwork fused, QuantizedModel model, SampleBatches samples)
    {
        _fused = fused;
        _simulated = new SimulatedNetwork(fused, model);
        _nodes = [.. model.Network.Nodes];
        samples.ForEach((values, batch) => _batches.Add(([.. values], batch, fused.Float.Forward(values, batch).ToArray())));
    }

    /// <param name="calibration">What was converted.</param>
    /// <param name="model">What it became; stays as it is.</param>
    /// <param name="samples">Few enough to be kept in memory.</param>
    /// <param name="notes">Receives what was gained.</param>
    public static QuantizedModel Run(Calibration calibration, QuantizedModel model, SampleBatches samples, List<string> notes)
    {
        var fused = calibration.Network;
        var search = new ScaleSearch(fused, model, samples);
        var values = calibration.Observed.Select(result => (Result: result, calibration.SpecOf(result).Max)).ToList();

        // What an observer cut off may become a byte above its range. The search must not count on that: it would end with bytes far above.
        foreach (var (result, limit) in values)
            search._simulated.SetLimit(result, limit);
        var start = search.Error();
        var best = start;
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (result, limit) in values)
                best = search.Improve(result, limit, best);
        }

        notes.Add(FormattableString.Invariant($"Scales: the result's error on the samples is {best:0.###}; it was {start:0.###}"));
        return new QuantizedModel(new QuantizedNetwork { Nodes = search._nodes, Softmax = model.Network.Softmax }, model.Weights);
    }

    /// <summary>Varies one value's scale, then its zero point.</summary>
    private double Improve(string result, int limit, double best)
    {
        var node = _nodes[_simulated.NodeOf(result)];
        var chosen = new QParams(node.Scale, node.ZeroPoint);
        var (scale, zeroPoint) = chosen;
        foreach (var factor in Factors)
            Try(new QParams(scale * factor, zeroPoint));

        // Zero at the end of the range: the value has only one sign, and its zero point stays there.
        scale = chosen.Scale;
        foreach (var shift in zeroPoint == 0 ? [] : Shifts)
            Try(new QParams(scale, Math.Clamp(zeroPoint + shift, 0, limit)));
        Set(result, chosen);
        return best;

        void Try(QParams candidate)
        {
            Set(result, candidate);
            var error = Error();
            if (error < best)
                (best, chosen) = (error, candidate);
        }
    }

    // What a pool or a ReLU reads is in its own steps, too.
    private void Set(string result, QParams qparams)
    {
        var index = _simulated.NodeOf(result);
        _nodes[index] = _nodes[index] with { Scale = qparams.Scale, ZeroPoint = qparams.ZeroPoint };
        _simulated.SetQParams(result, qparams);
        foreach (var layer in _fused.Layers)
        {
            var kind = layer.Layer.Kind;
            if (layer.Layer.Inputs.Contains(result) && _simulated.NodeOf(layer.Result) >= 0 && ValueTypes.KeepsScale(kind))
                Set(layer.Result, qparams);
        }
    }

    private double Error()
    {
        var sum = 0.0;
        foreach (var (values, batch, expected) in _batches)
        {
            var actual = _simulated.Forward(values, batch);
            var length = expected.Length / batch;
            for (var i = 0; i < batch; i++)
            {
                var one = expected.AsSpan(i * length, length);
                var other = actual.Slice(i * length, length);
                sum += _fused.Softmax ? OutputError.Divergence(one, other) : OutputError.Squared(one, other);
            }
        }

        return sum;
    }
}
