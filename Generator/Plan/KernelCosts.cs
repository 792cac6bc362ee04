namespace CompileTime.Generator.Plan;

/// <summary>
/// What kernels cost relative to each other; the planner compares nothing else. Cycles of 512-bit kernels, measured by
/// <c>Benchmarks -- calibrate</c> on a shared core of an AMD EPYC (Zen 4).
/// </summary>
internal static class KernelCosts
{
    /// <summary>A step of a sparse Linear, weights from the second cache: 128 bytes are read, and permuted before they are multiplied.</summary>
    public const double SparseStep = 4.4;

    /// <summary>Sixteen outputs of a sparse Linear: output stage, order, and the loop around it.</summary>
    public const double SparseOutput = 2.4;

    /// <summary>A step of a dense Linear: 64 products, and 64 bytes from the second cache.</summary>
    public const double LinearStep = 2.1;

    /// <summary>Sixteen outputs of a dense Linear.</summary>
    public const double LinearOutput = 6;

    /// <summary>A step of a sparse Conv2d at one position: it permutes the inputs before it multiplies.</summary>
    public const double SparseConvStep = 2.8;

    /// <summary>The output stage of sixteen outputs of a sparse Conv2d, putting them in order, and the loop around it.</summary>
    public const double SparseConvOutput = 4.6;

    /// <summary>A step of a dense Conv2d at one position: 64 products, most of them added two by two in int16.</summary>
    public const double DenseStep = 1.6;

    /// <summary>The same with 256-bit vectors, where there are no more than eight outputs.</summary>
    public const double NarrowStep = 0.9;

    /// <summary>The output stage of a vector of outputs, and the loop around it.</summary>
    public const double DenseOutput = 5.2;

    /// <summary>The same with 256-bit vectors.</summary>
    public const double NarrowOutput = 3;

    /// <summary>Four taps of a depthwise kernel for 64 bytes of the result, channels last; their output stage included.</summary>
    public const double DepthwiseStep = 14.5;

    /// <summary>Two weights for 64 positions over planes.</summary>
    public const double PlanarPair = 4.6;

    /// <summary>The output stage of 64 positions over planes, and what surrounds it.</summary>
    public const double PlanarOutput = 24;

    /// <summary>Copying one row into a shifted plane.</summary>
    public const double PlanarRow = 2.2;
}
