using CompileTime.Models;

namespace CompileTime.Benchmarks.Agreement;

/// <summary>The same network with biases that ONNX can say: whole numbers of input scale times weight scale.</summary>
internal static class OnnxBiases
{
    public static CompressedModel Of(CompressedModel model)
    {
        var nodes = model.Model.Network.Nodes;
        var weights = model.Model.Weights.Select((weight, i) => weight is null ? null
            : new LayerWeights(weight.ValuesArray, weight.ScalesArray, Rounded(weight, nodes[nodes[i].Inputs[0]].Scale), weight.ZeroPoint));
        return new CompressedModel(model.Definition, new QuantizedModel(model.Model.Network, [.. weights]), origin: null);
    }

    private static float[] Rounded(LayerWeights weight, float inputScale) => [.. weight.BiasArray.Select((bias, output) =>
    {
        var unit = inputScale * weight.ScalesArray[output % weight.ScalesArray.Length];
        return (float)(Math.Round((double)bias / unit) * unit);
    })];
}
