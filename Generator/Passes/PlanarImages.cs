using CompileTime.Generator.Graph;
using CompileTime.Generator.Plan;

namespace CompileTime.Generator.Passes;

/// <summary>
/// Keeps all images of a network as planes where its convolutions then take less time by the cost model: where many weights are zero,
/// or channels are few. One layout for all images: transposing between layers costs more than the better kernel of one layer gains.
/// </summary>
internal static class PlanarImages
{
    public static LaidOutNetwork Run(LaidOutNetwork graph) =>
        PlanarKernels.CanRun(graph.Network) && ImageCosts.Planar(graph.Network) < ImageCosts.ChannelsLast(graph.Network)
            ? graph with { IsPlanar = true }
            : graph;
}
