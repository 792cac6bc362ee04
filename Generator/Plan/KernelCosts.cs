namespace CompileTime.Generator.Plan;

/// <summary>What kernels cost relative to each other; the planner compares nothing else. Cycles of 512-bit kernels.</summary>
internal static class KernelCosts
{
    /// <summary>
    /// One step of the sparse Linear in dense steps: it reads 128 bytes instead of 64 and permutes before it multiplies. Both are
    /// bound by the cache that the weights come from. Taken from prototypes on one processor, not calibrated yet; it does not know
    /// of the steps that a dense kernel leaves out.
    /// </summary>
    public const double SparseStep = 2.1;

    /// <summary>A step of a sparse Conv2d in dense steps: it permutes the inputs of every position before it multiplies.</summary>
    public const double SparseConvStep = 1.4;

    /// <summary>A step of a dense Conv2d: 64 products.</summary>
    public const double DenseStep = 2.2;

    /// <summary>The output stage of sixteen outputs, and the loop around it.</summary>
    public const double DenseOutput = 8;

    /// <summary>Products a cycle of a depthwise Conv2d, channels last.</summary>
    public const double DepthwiseMacs = 16;

    /// <summary>Two weights for 64 positions over planes.</summary>
    public const double PlanarPair = 7;

    /// <summary>The output stage of 64 positions over planes, and what surrounds it.</summary>
    public const double PlanarOutput = 34;

    /// <summary>Copying one row into a shifted plane.</summary>
    public const double PlanarRow = 5;
}
