using System;
using CompileTime.Shared;

namespace CompileTime.Generator.Plan;

/// <summary>What the convolutions of a network cost in cycles with 512-bit vectors, as planes and channels last.</summary>
internal static class ImageCosts
{
    public static double Planar(QuantizedNetwork network)
    {
        var cycles = 0.0;
        foreach (var node in network.Nodes)
        {
            if (node.Op != QuantizedOp.Conv2d)
                continue;
            var layout = PlanarKernels.LayoutOf(network, node);
            var vectors = (layout.Positions + 63) / 64;
            var pairs = (node.Weight!.Nonzeros + 1) / 2;
            cycles += (vectors * ((pairs * KernelCosts.PlanarPair) + (node.Shape.Channels * KernelCosts.PlanarOutput)))
                + ((layout.PlanesBytes / Math.Min(64.0, layout.Width)) + (layout.IsCut ? node.Shape.Channels * node.Shape.Height : 0)) * KernelCosts.PlanarRow;
        }

        return cycles;
    }

    public static double ChannelsLast(QuantizedNetwork network)
    {
        var cycles = 0.0;
        foreach (var node in network.Nodes)
        {
            if (node.Op != QuantizedOp.Conv2d)
                continue;
            var layer = new WeightedLayer(node, network.Nodes[node.Inputs[0]].Shape, 1);
            cycles += KernelChoice.Run(layer, Tier.Avx512, isPlanar: false) switch
            {
                DenseKernel dense => Dense(node, dense),
                DepthwiseKernel depthwise => (double)node.Shape.Positions * depthwise.Layout.PaddedChannels * depthwise.Layout.Taps
                    / KernelCosts.DepthwiseMacs,
                _ => 0,
            };
        }

        return cycles;
    }

    private static double Dense(QuantizedNode node, DenseKernel dense)
    {
        var tiles = (node.Shape.Width + dense.Positions - 1) / dense.Positions;
        var layout = dense.Layout;
        var perPosition = layout.Groups * layout.Vectors * ((layout.Steps * KernelCosts.DenseStep) + KernelCosts.DenseOutput);
        return node.Shape.Height * tiles * dense.Positions * perPosition;
    }
}
