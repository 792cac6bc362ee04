using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Quantization;

/// <summary>
/// torch.ao.quantization.fuse_modules for a whole network (<see cref="LayerFusion"/>). A ReLU that cannot be fused stays an operator; a
/// BatchNorm that cannot is an error.
/// </summary>
internal static class Fusion
{
    /// <param name="network">What is fused, with its parameters' values.</param>
    /// <param name="skipped">Layers that are the identity; null for those of the network.</param>
    /// <exception cref="InvalidOperationException">A layer has no place in a quantized network; the message names it.</exception>
    public static FusedNetwork Run(FloatNetwork network, IReadOnlySet<string>? skipped = null)
    {
        var definition = network.Definition;
        var layers = Drop(definition, skipped ?? network.Skipped, out var softmax);
        if (layers.Count == 0)
            throw new InvalidOperationException($"{definition.ModelName} has no layer that could be quantized.");
        var folded = new Dictionary<string, LayerDefinition>(StringComparer.Ordinal);
        layers = Fold(layers, folded);
        var fusion = new LayerFusion(layers);
        var fused = new List<FusedLayer>();
        var gone = new HashSet<string>(StringComparer.Ordinal);
        foreach (var layer in layers)
        {
            if (gone.Contains(layer.Name))
                continue;
            var relu = fusion.ReLUOf(layer);
            if (relu is not null)
                gone.Add(relu.Name);
            fused.Add(new FusedLayer(layer, relu is not null, relu?.Name ?? layer.Name));
        }

        return new FusedNetwork(fused, Copy(network, layers, folded), softmax);
    }

    /// <summary>Without dropout, without skipped layers, without the final softmax, without what never reaches the output.</summary>
    private static List<LayerDefinition> Drop(NetworkDefinition definition, IReadOnlySet<string> skipped, out bool softmax)
    {
        softmax = definition.Output.Kind == LayerKind.Softmax;
        var output = softmax ? definition.Output.Inputs[0] : definition.Output.Name;
        var sources = new Dictionary<string, string>(StringComparer.Ordinal);
        var layers = new List<LayerDefinition>();
        foreach (var layer in definition.Layers)
        {
            string[] inputs = [.. layer.Inputs.Select(input => sources.GetValueOrDefault(input, input))];
            if (layer.Kind == LayerKind.Dropout || skipped.Contains(layer.Name))
                sources.Add(layer.Name, inputs[0]);
            else
                layers.Add(WithInputs(layer, inputs));
        }

        var needed = new HashSet<string>(StringComparer.Ordinal) { sources.GetValueOrDefault(output, output) };
        for (var i = layers.Count - 1; i >= 0; i--)
        {
            if (needed.Contains(layers[i].Name))
                needed.UnionWith(layers[i].Inputs);
        }

        layers.RemoveAll(layer => !needed.Contains(layer.Name));
        return layers.Find(layer => layer.Kind == LayerKind.Softmax) is { } inside
            ? throw new InvalidOperationException($"Softmax '{inside.Name}' cannot be quantized: it is only possible as the last layer.")
            : layers;
    }

    // Afterwards the layer before stands for the normalization: those who read the latter read the former.
    private static List<LayerDefinition> Fold(List<LayerDefinition> layers, Dictionary<string, LayerDefinition> folded)
    {
        var fusion = new LayerFusion(layers);
        var sources = new Dictionary<string, string>(StringComparer.Ordinal);
        var result = new List<LayerDefinition>();
        foreach (var layer in layers)
        {
            if (layer.Kind != LayerKind.BatchNorm)
            {
                result.Add(WithInputs(layer, [.. layer.Inputs.Select(input => sources.GetValueOrDefault(input, input))],
                    layer.Bias || fusion.IsFolded(layer)));
                continue;
            }

            var before = fusion.HostOf(layer) ?? throw new InvalidOperationException(
                $"BatchNorm '{layer.Name}' cannot be folded: it must follow a Linear or Conv2d whose result " +
                "nothing else reads. Move it, or remove it.");

            folded.Add(before.Name, layer);
            sources.Add(layer.Name, before.Name);
        }

        return result;
    }

    private static FloatNetwork Copy(FloatNetwork network, IReadOnlyList<LayerDefinition> layers,
        Dictionary<string, LayerDefinition> folded)
    {
        var copy = new FloatNetwork(new NetworkDefinition
        {
            ModelName = network.Definition.ModelName,
            InputShape = network.Definition.InputShape,
            InputScale = network.Definition.InputScale,
            InputOffset = network.Definition.InputOffset,
            Quantize = network.Definition.Quantize,
            Layers = layers,
        }, seed: 0);
        foreach (var layer in layers.Where(layer => layer.HasWeight))
        {
            var weight = copy[layer.Name + ".weight"].Value;
            var bias = layer.Bias ? copy[layer.Name + ".bias"].Value : [];
            network[layer.Name + ".weight"].Value.CopyTo(weight, 0);
            if (network.Contains(layer.Name + ".bias"))
                network[layer.Name + ".bias"].Value.CopyTo(bias, 0);
            else
                Array.Clear(bias);
            if (!folded.TryGetValue(layer.Name, out var norm))
                continue;
            float[] Of(string part) => network[norm.Name + "." + part].Value;
            BatchNormFolding.Fold(weight, bias, Of("weight"), Of("bias"), Of("running_mean"), Of("running_var"), norm.Epsilon);
        }

        return copy;
    }

    private static LayerDefinition WithInputs(LayerDefinition layer, IReadOnlyList<string> inputs, bool? bias = null) =>
        layer with { Inputs = inputs, Bias = bias ?? layer.Bias };
}
