using System;
using System.Collections.Generic;
using CompileTime.Generator.Graph;
using CompileTime.Shared;

namespace CompileTime.Generator.Passes;

/// <summary>
/// What is decided about a network before kernels are chosen, in this order. Folding and PyTorch's own fusions are done before: the
/// trainer's Convert makes the network that PyTorch would have. Any pass may be left out without changing a result.
/// </summary>
internal static class PassList
{
    public static IReadOnlyList<(string Name, Func<LaidOutNetwork, LaidOutNetwork> Run)> All { get; } =
    [
        // First: how images lie decides what is a view.
        ("PlanarImages", PlanarImages.Run),

        // Before FlattenViews: a ReLU that goes away is one reader less between an image and its Flatten.
        ("FuseReLU", FuseReLU.Run),
        ("FlattenViews", FlattenViews.Run),
    ];

    public static LaidOutNetwork Run(QuantizedNetwork network) => Run(LaidOutNetwork.From(network));

    public static LaidOutNetwork Run(LaidOutNetwork graph)
    {
        foreach (var pass in All)
            graph = pass.Run(graph);
        return graph;
    }
}
