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

    /// <summary>A step of a sparse Conv2d at one position: it permutes the inputs before it multiplies.</summary>
    public const double SparseConvStep = 2.6;

    /// <summary>The output stage of sixteen outputs of a sparse Conv2d, putting them in order, and the loop around it.</summary>
    public const double SparseConvOutput = 7;

    /// <summary>A step of a dense Conv2d at one position: 64 products, most of them added two by two in int16.</summary>
    public const double DenseStep = 1.7;

    /// <summary>The same with 256-bit vectors, where there are no more than eight outputs.</summary>
    public const double NarrowStep = 1.1;

    /// <summary>The output stage of a vector of outputs, and the loop around it.</summary>
    public const double DenseOutput = 6;

    /// <summary>Products a cycle of a depthwise Conv2d, channels last.</summary>
    public const double DepthwiseMacs = 11;

    /// <summary>Two weights for 64 positions over planes.</summary>
    public const double PlanarPair = 7;

    /// <summary>The output stage of 64 positions over planes, and what surrounds it.</summary>
    public const double PlanarOutput = 34;

    /// <summary>Copying one row into a shifted plane.</summary>
    public const double PlanarRow = 5;
}
