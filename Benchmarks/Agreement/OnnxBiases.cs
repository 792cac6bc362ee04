using CompileTime.Models;

namespace CompileTime.Benchmarks.Agreement;

/// <summary>
/// The same network with biases that ONNX can say, and float32 as well: whole numbers of input scale times weight scale.
/// </summary>
internal static class OnnxBiases
{
    // Hardly ever more than a few; but where float32 has no such bias, the search has to end.
    private const int Farthest = 1000;

    public static CompressedModel Of(CompressedModel model)
    {
        var nodes = model.Model.Network.Nodes;
        var weights = model.Model.Weights.Select((weight, i) => weight is null ? null
            : new LayerWeights(weight.ValuesArray, weight.ScalesArray, Rounded(weight, nodes[nodes[i].Inputs[0]].Scale), weight.ZeroPoint));
        return new CompressedModel(model.Definition, new QuantizedModel(model.Model.Network, [.. weights]), origin: null);
    }

    private static float[] Rounded(LayerWeights weight, float inputScale) => [.. weight.BiasArray.Select((bias, output) =>
        Whole(bias, inputScale * weight.ScalesArray[output % weight.ScalesArray.Length]))];

    // Kernels add the quotient of bias and unit, which is rounded to a float. For many a whole number there is no bias whose quotient is
    // that number: the nearest ones give the floats beside it. The next whole number that has one, then.
    private static float Whole(float bias, float unit)
    {
        if (!float.IsFinite(bias) || !float.IsFinite(unit) || unit == 0)
            throw new InvalidDataException(FormattableString.Invariant($"No bias in ONNX says {bias} in units of {unit}."));
        var nearest = Math.Round((double)bias / unit);
        for (var distance = 0; distance <= Farthest; distance++)
        {
            foreach (var whole in (float[])[(float)(nearest + distance), (float)(nearest - distance)])
            {
                var product = whole * unit;
                foreach (var one in (float[])[product, MathF.BitIncrement(product), MathF.BitDecrement(product)])
                {
                    if (one / unit == whole)
                        return one;
                }
            }
        }

        throw new InvalidDataException(FormattableString.Invariant($"No bias near {bias} is a whole number of units of {unit}."));
    }
}
