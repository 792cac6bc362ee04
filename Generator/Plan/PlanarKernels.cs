using CompileTime.Shared;

namespace CompileTime.Generator.Plan;

/// <summary>Convolutions over planes: which networks can have them, and their plan.</summary>
internal static class PlanarKernels
{
    /// <summary>Whether every convolution can run over planes: affine weights do not fit the bytes of the tables.</summary>
    public static bool CanRun(QuantizedNetwork network)
    {
        var any = false;
        foreach (var node in network.Nodes)
        {
            if (node.IsFloat)
                return false;
            if (node.Op != QuantizedOp.Conv2d)
                continue;
            if (node.Weight!.ZeroPoint != 0 || !LayoutOf(network, node).IsPossible)
                return false;
            any = true;
        }

        return any;
    }

    public static PlanarLayout LayoutOf(QuantizedNetwork network, QuantizedNode node) =>
        new(network.Nodes[node.Inputs[0]].Shape, node.Shape, node.Window!);

    public static PlanarKernel Plan(WeightedLayer layer, Tier tier) => new(
        new PlanarLayout(layer.Input, layer.Node.Shape, layer.Node.Window!),
        tier switch { Tier.Portable => 0, Tier.Avx2 => 8, _ => 16 },
        "planar: two kept weights a step for " + (tier == Tier.Avx2 ? "32" : "64") + " positions; " + Cost(layer));

    // What sparsity buys, by the cost model and so for its vectors, whatever the tier.
    private static string Cost(WeightedLayer layer) => "estimated at " + ImageCosts.Text(ImageCosts.Planar(layer, layer.Weight.Nonzeros)) + " cycles, "
        + ImageCosts.Text(ImageCosts.Planar(layer, layer.Weight.Elements)) + " if all weights were kept, " + ImageCosts.Text(ImageCosts.ChannelsLast(layer))
        + " with channels last";
}
