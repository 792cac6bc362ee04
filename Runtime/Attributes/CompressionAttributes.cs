namespace CompileTime;

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
