namespace CompileTime;

/// <summary>How weights are chosen for pruning.</summary>
public enum PruningMethod
{
    /// <summary>The smallest absolute values, as torch.nn.utils.prune.l1_unstructured. Equal values: the lowest flat index first.</summary>
    L1,
}

/// <summary>The number format of weights and activations.</summary>
public enum Precision
{
    /// <summary>Signed 8-bit weights, unsigned 8-bit activations, 32-bit sums.</summary>
    Int8,
}

/// <summary>A quantization backend of PyTorch: which observers, ranges and schemes are used, and how results are rounded.</summary>
public enum Backend
{
    /// <summary>
    /// x86 servers: per-channel symmetric int8 weights, activations calibrated to 0..127 by a HistogramObserver with
    /// reduce_range. As get_default_qconfig("fbgemm").
    /// </summary>
    Fbgemm,
}

/// <summary>
/// Prunes weights. On the class: all Linear and Conv2d weights together with one threshold, as prune.global_unstructured. On a layer
/// method: this layer alone, instead of the class's rule; <c>[Prune(0)]</c> leaves the layer as it is.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = false)]
public sealed class PruneAttribute : Attribute
{
    /// <summary>Prunes a fraction of the weights.</summary>
    /// <param name="amount">Fraction in [0, 1]; the count is rounded half to even, as PyTorch does.</param>
    /// <param name="method">How the weights are chosen.</param>
    public PruneAttribute(double amount, PruningMethod method = PruningMethod.L1)
    {
        Amount = amount;
        Method = method;
    }

    /// <summary>Prunes a number of weights. Mind that 1 is one weight and 1.0 is all of them.</summary>
    /// <param name="count">Weights to prune, at least 0.</param>
    /// <param name="method">How the weights are chosen.</param>
    public PruneAttribute(int count, PruningMethod method = PruningMethod.L1)
    {
        Amount = count;
        IsCount = true;
        Method = method;
    }

    /// <summary>Fraction or number of weights.</summary>
    public double Amount { get; }

    /// <summary>Whether <see cref="Amount"/> is a number of weights.</summary>
    public bool IsCount { get; }

    /// <summary>How the weights are chosen.</summary>
    public PruningMethod Method { get; }
}

/// <summary>Quantizes the network: what Convert makes of it.</summary>
/// <param name="precision">The number format.</param>
/// <param name="backend">Whose observers and rounding.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class QuantizeAttribute(Precision precision, Backend backend = Backend.Fbgemm) : Attribute
{
    /// <summary>The number format.</summary>
    public Precision Precision { get; } = precision;

    /// <summary>Whose observers and rounding.</summary>
    public Backend Backend { get; } = backend;
}
