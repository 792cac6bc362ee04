extern alias generator;

using generator::CompileTime.Generator.Plan;
using generator::CompileTime.Shared;

namespace CompileTime.Benchmarks.Calibrate;

/// <summary>Kernels that share constants of <see cref="KernelCosts"/>, and layers to measure them with.</summary>
/// <param name="Name">For readers.</param>
/// <param name="Constants">Names in <see cref="KernelCosts"/> and the values in force.</param>
/// <param name="Counts">How often each constant occurs in a layer; null where the planner chose another kernel.</param>
/// <param name="Layers">Of shapes that tell the constants apart.</param>
internal sealed record KernelFamily(string Name, (string Name, double InForce)[] Constants,
    Func<QuantizedNode, KernelPlan, double[]?> Counts, IReadOnlyList<SingleLayer> Layers)
{
    private static readonly double[] s_pruned = [0.6, 0.8, 0.9, 0.95];

    /// <summary>Whether the kernel is taken even where the planner would take the dense one; null for what it chooses.</summary>
    public bool? IsSparse { get; init; }

    /// <summary>All but float kernels, of which there is no choice.</summary>
    public static IReadOnlyList<KernelFamily> All { get; } =
    [
        new("dense Linear", [("LinearStep", KernelCosts.LinearStep), ("LinearOutput", KernelCosts.LinearOutput)],
            (_, kernel) => kernel is DenseKernel dense ? [dense.Layout.Steps * dense.Layout.Vectors, dense.Layout.Vectors] : null,
            [.. Linears(0), SingleLayer.Linear(64, 64), SingleLayer.Linear(64, 512), SingleLayer.Linear(32, 1024)]),
        new("sparse Linear",
            [("SparseStep", KernelCosts.SparseStep), ("SparseOutput", KernelCosts.SparseOutput)],
            SparseLinear, [.. s_pruned.SelectMany(Linears)]) { IsSparse = true },
        new("dense Conv2d", [("DenseStep", KernelCosts.DenseStep), ("DenseOutput", KernelCosts.DenseOutput)],
            (node, kernel) => kernel is DenseKernel { Lanes: 16 } dense ? Dense(node, dense) : null,
            [.. Convs(0), SingleLayer.Conv(16, 32, 16, 1), SingleLayer.Conv(32, 16, 64, 1)]),
        new("narrow Conv2d", [("NarrowStep", KernelCosts.NarrowStep), ("NarrowOutput", KernelCosts.NarrowOutput)],
            (node, kernel) => kernel is DenseKernel { Lanes: 8 } dense ? Dense(node, dense) : null,
            [
                SingleLayer.Conv(3, 48, 8, 3), SingleLayer.Conv(8, 32, 8, 3), SingleLayer.Conv(16, 32, 8, 3),
                SingleLayer.Conv(8, 48, 8, 1), SingleLayer.Conv(16, 32, 8, 1), SingleLayer.Conv(32, 16, 8, 1),
            ]),
        new("sparse Conv2d",
            [("SparseConvStep", KernelCosts.SparseConvStep), ("SparseConvOutput", KernelCosts.SparseConvOutput)],
            SparseConv, [.. s_pruned.SelectMany(pruned => (SingleLayer[])[.. Convs(pruned), .. SmallConvs(pruned)])]) { IsSparse = true },
        new("depthwise", [("DepthwiseStep", KernelCosts.DepthwiseStep)],
            (node, kernel) => kernel is DepthwiseKernel { Layout: var layout }
                ? [(double)node.Shape.Height * layout.ChunksOfRow(node.Shape.Width) * layout.Steps]
                : null,
            [Depthwise(16, 24), Depthwise(32, 48), Depthwise(64, 24), Depthwise(64, 12), Depthwise(128, 12), Depthwise(128, 6)]),
        new("planar",
            [("PlanarPair", KernelCosts.PlanarPair), ("PlanarOutput", KernelCosts.PlanarOutput), ("PlanarRow", KernelCosts.PlanarRow)],
            Planar,
            [
                .. new[] { 0.0, 0.6, 0.9 }.SelectMany(pruned => (SingleLayer[])
                [
                    .. Convs(pruned), SingleLayer.Conv(1, 28, 6, 5, pruned), SingleLayer.Conv(6, 14, 16, 5, pruned),
                ]).Select(layer => layer with { IsPlanar = true }),
            ]),
    ];

    public static SingleLayer[] Linears(double pruned) =>
    [
        SingleLayer.Linear(784, 304, pruned), SingleLayer.Linear(512, 512, pruned), SingleLayer.Linear(640, 128, pruned),
        SingleLayer.Linear(128, 640, pruned),
    ];

    public static SingleLayer[] Convs(double pruned) =>
    [
        SingleLayer.Conv(16, 32, 16, 3, pruned), SingleLayer.Conv(32, 16, 32, 3, pruned), SingleLayer.Conv(64, 8, 64, 3, pruned),
        SingleLayer.Conv(64, 16, 64, 1, pruned), SingleLayer.Conv(128, 6, 128, 1, pruned),
    ];

    // Few positions, many inputs.
    public static SingleLayer[] SmallConvs(double pruned) =>
    [
        SingleLayer.Conv(256, 3, 256, 1, pruned), SingleLayer.Conv(512, 4, 128, 1, pruned), SingleLayer.Conv(128, 3, 64, 3, pruned),
        SingleLayer.Conv(32, 2, 64, 3, pruned),
    ];

    private static SingleLayer Depthwise(int channels, int size) =>
        SingleLayer.Conv(channels, size, channels, 3) with { IsDepthwise = true };

    private static double[] Dense(QuantizedNode node, DenseKernel dense)
    {
        var vectors = Positions(node, dense.Positions) * dense.Layout.Groups * dense.Layout.Vectors;
        return [vectors * dense.Layout.Steps, vectors];
    }

    private static double[]? SparseLinear(QuantizedNode node, KernelPlan kernel) => kernel is SparseKernel sparse
        ? [node.Weight!.SparseSteps, sparse.Geometry.Groups]
        : null;

    private static double[]? SparseConv(QuantizedNode node, KernelPlan kernel)
    {
        if (kernel is not SparseKernel sparse)
            return null;
        var positions = Positions(node, sparse.Positions);
        return [positions * node.Weight!.SparseSteps, positions * sparse.Geometry.Groups];
    }

    private static double[]? Planar(QuantizedNode node, KernelPlan kernel)
    {
        if (kernel is not PlanarKernel { Layout: var layout })
            return null;
        double vectors = (layout.Positions + 63) / 64;
        var cut = layout.IsCut ? node.Shape.Channels * node.Shape.Height : 0;
        return
        [
            vectors * ((node.Weight!.Nonzeros + 1) / 2), vectors * node.Shape.Channels,
            (layout.PlanesBytes / Math.Min(64.0, layout.Width)) + cut,
        ];
    }

    // As ImageCosts counts them: the last tile of a row overlaps the one before it.
    private static double Positions(QuantizedNode node, int tile) =>
        (double)node.Shape.Height * ((node.Shape.Width + tile - 1) / tile) * tile;
}
