namespace CompileTime.Generator.Plan;

/// <summary>What kernels cost relative to each other; the planner compares nothing else.</summary>
internal static class KernelCosts
{
    /// <summary>
    /// One step of the sparse Linear in dense steps: it reads 128 bytes instead of 64 and permutes before it multiplies. Both are
    /// bound by the cache that the weights come from. Taken from prototypes on one processor, not calibrated yet; it does not know
    /// of the steps that a dense kernel leaves out.
    /// </summary>
    public const double SparseStep = 2.1;
}
