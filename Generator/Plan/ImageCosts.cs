using System;
using CompileTime.Shared;

namespace CompileTime.Generator.Plan;

/// <summary>What the convolutions of a network cost in cycles with 512-bit vectors, as planes and channels last.</summary>
internal static class ImageCosts
{
    public static double Planar(QuantizedNetwork network) => Sum(network, layer => Planar(layer, layer.Weight.Nonzeros));

    public static double ChannelsLast(QuantizedNetwork network) => Sum(network, ChannelsLast);

    /// <summary>One layer over planes, if so many of its weights are kept.</summary>
    public static double Planar(WeightedLayer layer, int kept)
    {
        var layout = new PlanarLayout(layer.Input, layer.Node.Shape, layer.Node.Window!);
        var vectors = (layout.Positions + 63) / 64;
        var pairs = (kept + 1) / 2;
        var rows = (layout.PlanesBytes / Math.Min(64.0, layout.Width)) + (layout.IsCut ? layer.Node.Shape.Channels * layer.Node.Shape.Height : 0);
        return (vectors * ((pairs * KernelCosts.PlanarPair) + (layer.Node.Shape.Channels * KernelCosts.PlanarOutput)))
            + (rows * KernelCosts.PlanarRow);
    }

    /// <summary>One layer channels last, by its best kernel.</summary>
    public static double ChannelsLast(WeightedLayer layer) => KernelChoice.Run(layer, Tier.Avx512Vbmi, isPlanar: false) switch
    {
        DenseKernel dense => Dense(layer.Node, dense),
        SparseKernel sparse => Sparse(layer.Node, sparse),
        DepthwiseKernel depthwise => (double)layer.Node.Shape.Height * depthwise.Layout.ChunksOfRow(layer.Node.Shape.Width)
            * depthwise.Layout.Steps * KernelCosts.DepthwiseStep,
        _ => 0,
    };

    public static double Dense(QuantizedNode node, DenseKernel dense)
    {
        var layout = dense.Layout;
        var (step, output) = dense.Lanes == 8
            ? (KernelCosts.NarrowStep, KernelCosts.NarrowOutput)
            : (KernelCosts.DenseStep, KernelCosts.DenseOutput);
        return Positions(node, dense.Positions) * layout.Groups * layout.Vectors * ((UsedSteps(node, layout) * step) + output);
    }

    /// <summary>
    /// Steps of a tile that are not left out. Blocks are counted for 16 outputs; that all those of a wider tile are empty is estimated as if
    /// they lay at random.
    /// </summary>
    public static double UsedSteps(QuantizedNode node, DenseLayout layout)
    {
        var share = (double)(node.Weight!.EmptyBlocks ?? 0) / DenseLayout.Blocks(node).BlockCount;
        return layout.Steps * (1 - Math.Pow(Math.Min(share, 1), layout.TileVectors));
    }

    public static double Sparse(QuantizedNode node, SparseKernel sparse) => Positions(node, sparse.Positions)
        * ((node.Weight!.SparseSteps * KernelCosts.SparseConvStep) + (sparse.Geometry.Groups * KernelCosts.SparseConvOutput));

    // The last tile of a row overlaps the one before it.
    private static double Positions(QuantizedNode node, int tile) => (double)node.Shape.Height * ((node.Shape.Width + tile - 1) / tile) * tile;

    private static double Sum(QuantizedNetwork network, Func<WeightedLayer, double> cost)
    {
        var cycles = 0.0;
        foreach (var node in network.Nodes)
        {
            if (node.Op == QuantizedOp.Conv2d)
                cycles += cost(new WeightedLayer(node, network.Nodes[node.Inputs[0]].Shape, 1));
        }

        return cycles;
    }

    /// <summary>Cycles for readers.</summary>
    public static string Text(double cycles) => Math.Round(cycles).ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
}
