using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Quantization;

/// <summary>
/// Loss-aware choice of scales (as LAPQ, Nahshan et al., "Loss Aware Post-training Quantization", 2021, by coordinate descent): an observer
/// sees one value at a time, but what counts is the network's result. Each value's scale and zero point are varied around those that its
/// observer chose; what brings the result closest to the float network's on the calibration samples is kept.
/// </summary>
internal sealed class ScaleSearch
{
    private static readonly float[] Factors = [0.6f, 0.7f, 0.8f, 0.85f, 0.9f, 0.95f, 1.05f, 1.1f, 1.2f];
    private static readonly int[] Shifts = [-8, -4, -2, -1, 1, 2, 4, 8];

    private readonly SimulatedNetwork _simulated;
    private readonly List<(float[] Values, int Batch, float[] Expected)> _batches = [];
    private readonly bool _softmax;
    private readonly int _limit;

    private ScaleSearch(FusedNetwork fused, QuantizedModel model, SampleBatches samples, int limit)
    {
        _simulated = new SimulatedNetwork(fused, model) { Limit = limit };
        (_softmax, _limit) = (fused.Softmax, limit);
        samples.ForEach((values, batch) => _batches.Add(((float[])values.Clone(), batch, fused.Float.Forward(values, batch).ToArray())));
    }

    public static double[] Trace = [];
    public static string[] Keep = [];
    public static Func<float[], float[], double>? Loss;

    public static QuantizedModel Run(FusedNetwork fused, QuantizedModel model, SampleBatches samples, int limit, int rounds)
    {
        var search = new ScaleSearch(fused, model, samples, limit);
        var nodes = model.Network.Nodes.ToArray();
        var own = new List<string> { NetworkDefinition.InputName };
        own.AddRange(fused.Layers.Where(layer => Calibration.HasOwnScale(layer.Layer.Kind)).Select(layer => layer.Result));
        foreach (var k in Keep) search._simulated.KeepFloat(k);
        own.RemoveAll(k => Keep.Contains(k));
        var best = search.Error();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var result in own)
            {
                var index = search._simulated.NodeOf(result);
                var start = new QParams(nodes[index].Scale, nodes[index].ZeroPoint);
                var chosen = start;
                foreach (var f in Factors)
                    Try(new QParams(start.Scale * f, start.ZeroPoint));
                var middle = chosen;
                if (start.ZeroPoint > 0)
                    foreach (var s in Shifts)
                        Try(new QParams(middle.Scale, Math.Clamp(middle.ZeroPoint + s, 0, limit)));
                search.Set(fused, nodes, result, chosen);

                void Try(QParams candidate)
                {
                    search.Set(fused, nodes, result, candidate);
                    var error = search.Error();
                    if (error < best)
                        (best, chosen) = (error, candidate);
                }
            }
            Trace = [.. Trace, best];
        }

        return new QuantizedModel(new() { Nodes = nodes, Softmax = model.Network.Softmax }, model.Weights);
    }

    private void Set(FusedNetwork fused, QuantizedNode[] nodes, string result, QParams qparams)
    {
        var index = _simulated.NodeOf(result);
        nodes[index] = nodes[index] with { Scale = qparams.Scale, ZeroPoint = qparams.ZeroPoint };
        if (!Keep.Contains(result)) _simulated.SetQParams(result, qparams);
        foreach (var layer in fused.Layers)
        {
            if (layer.Layer.Inputs.Contains(result) && !Calibration.HasOwnScale(layer.Layer.Kind) && ScalarFunctions.FixedQParams(layer.Layer.Kind) is null)
                Set(fused, nodes, layer.Result, qparams);
        }
    }

    private double Error()
    {
        var sum = 0.0;
        foreach (var (values, batch, expected) in _batches)
        {
            var output = _simulated.Forward(values, batch);
            if (_softmax)
            {
                var n = output.Length / batch;
                for (var i = 0; i < batch; i++)
                    sum += KL(expected.AsSpan(i * n, n), output.Slice(i * n, n));
            }
            else for (var i = 0; i < output.Length; i++)
            {
                var difference = (double)output[i] - expected[i];
                sum += difference * difference;
            }
        }

        return sum;
    }

    private static double KL(ReadOnlySpan<float> p, ReadOnlySpan<float> q)
    {
        double mp = double.MinValue, mq = double.MinValue;
        for (var i = 0; i < p.Length; i++) { mp = Math.Max(mp, p[i]); mq = Math.Max(mq, q[i]); }
        double sp = 0, sq = 0;
        for (var i = 0; i < p.Length; i++) { sp += Math.Exp(p[i] - mp); sq += Math.Exp(q[i] - mq); }
        double kl = 0;
        for (var i = 0; i < p.Length; i++)
        {
            var lp = p[i] - mp - Math.Log(sp);
            kl += Math.Exp(lp) * (lp - (q[i] - mq - Math.Log(sq)));
        }
        return kl;
    }
}
