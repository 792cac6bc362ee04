using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Quantization;

/// <summary>
/// Empirical bias correction (Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", 2019): rounding
/// weights and activations shifts the mean of what a layer gives; the shift, measured on the calibration samples, is taken out of its bias.
/// Layer by layer in their order, each behind those that are corrected already. Weights stay as they are.
/// </summary>
internal static class BiasCorrection
{
    /// <param name="fused">What was converted.</param>
    /// <param name="model">What it became; stays as it is.</param>
    /// <param name="samples">What the means are taken of.</param>
    /// <param name="notes">Receives how far the biases moved.</param>
    public static QuantizedModel Run(FusedNetwork fused, QuantizedModel model, SampleBatches samples, List<string> notes)
    {
        var weighted = fused.Layers.Where(layer => layer.Layer.HasWeight).Select(layer => layer.Layer).ToList();
        var expected = weighted.ToDictionary(layer => layer.Name, layer => new ChannelMeans(layer.OutputShape.Channels),
            StringComparer.Ordinal);
        samples.ForEach((values, batch) => fused.Float.Forward(values, batch, (layer, output) =>
        {
            if (expected.TryGetValue(layer.Name, out var means))
                means.Add(output, batch);
        }));
        var simulated = new SimulatedNetwork(fused, model);
        var weights = model.Weights.ToArray();
        var nodes = model.Network.Nodes.ToArray();
        foreach (var layer in weighted)
        {
            var index = Array.FindIndex(nodes, node => node.Name == layer.Name);
            var old = weights[index]!;
            if (nodes[index].Weight!.IsFloat)
                continue;
            var means = new ChannelMeans(layer.OutputShape.Channels);
            samples.ForEach((values, batch) => simulated.Forward(values, batch, (name, output) =>
            {
                if (name == layer.Name)
                    means.Add(output, batch);
            }));
            var bias = simulated.Bias(layer.Name);
            var shifts = Enumerable.Range(0, bias.Length)
                .Select(channel => (float)(expected[layer.Name][channel] - means[channel])).ToArray();
            for (var channel = 0; channel < bias.Length; channel++)
                bias[channel] += shifts[channel];
            weights[index] = new LayerWeights(old.ValuesArray, old.ScalesArray, [.. bias], old.ZeroPoint);
            nodes[index] = nodes[index] with { Weight = nodes[index].Weight! with { HasBias = true } };
            notes.Add(FormattableString.Invariant($"{layer.Name}: bias corrected by at most {shifts.Max(MathF.Abs):0.####}"));
        }

        return new QuantizedModel(new QuantizedNetwork { Nodes = nodes, Softmax = model.Network.Softmax }, weights);
    }
}
