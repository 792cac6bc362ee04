extern alias generator;

using generator::CompileTime.Generator.Plan;

namespace CompileTime.Benchmarks.Calibrate;

/// <summary>A layer by its dense and by its sparse kernel, and which of the two the planner takes.</summary>
/// <param name="Steps">Of the sparse kernel.</param>
/// <param name="Dense">Cycles.</param>
/// <param name="Sparse">Cycles.</param>
internal sealed record KernelRace(SingleLayer Layer, int Steps, double Dense, double Sparse, bool TakesSparse)
{
    private static readonly double[] s_pruned = [0.3, 0.5, 0.6, 0.7, 0.8, 0.9];

    /// <summary>Shapes and sparsities around the point where the sparse kernel begins to be faster.</summary>
    public static IEnumerable<SingleLayer> Layers => s_pruned.SelectMany(
        pruned => (SingleLayer[])
        [
            .. KernelFamily.Linears(pruned), SingleLayer.Linear(100, 10, pruned), SingleLayer.Linear(64, 32, pruned),
            .. KernelFamily.Convs(pruned), .. KernelFamily.SmallConvs(pruned), SingleLayer.Conv(16, 32, 8, 3, pruned),
        ]);

    /// <summary>By how much the kernel that is taken is slower than the other one, as a fraction; 0 where it is the faster.</summary>
    public double Loss => ((TakesSparse ? Sparse : Dense) / Math.Min(Dense, Sparse)) - 1;

    /// <exception cref="InvalidDataException">There is no sparse kernel, as without AVX-512 VBMI.</exception>
    public static KernelRace Run(SingleLayer layer)
    {
        var (dense, sparse) = (TimedKernel.Run(layer, isSparse: false), TimedKernel.Run(layer, isSparse: true));
        if (sparse.Kernel is not SparseKernel)
            throw new InvalidDataException("Sparse kernels need AVX-512 VBMI, which is not at hand.");
        return new KernelRace(layer, dense.Layer.Weight.SparseSteps, dense.Cycles, sparse.Cycles,
            KernelChoice.Run(dense.Layer, Tier.Avx512Vbmi, isPlanar: false) is SparseKernel);
    }
}
