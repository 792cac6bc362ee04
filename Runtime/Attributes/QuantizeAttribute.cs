namespace CompileTime;

/// <summary>
/// Quantizes the network: what Calibrate observes with, and what Convert makes of it. On a layer method it stands for the class's, for the
/// layers of that method and what they give.
/// <list type="table">
/// <item><term><c>[Quantize(Int8, Backend.Fbgemm)]</c></term><description>post-training, as get_default_qconfig</description></item>
/// <item><term><c>[Quantize(Int8, Backend.Qnnpack, Activation = Observer.Percentile, Percentile = 99.99)]</c></term><description>the range
/// of activations is chosen otherwise</description></item>
/// <item><term><c>[Quantize(Int8, Backend.OneDnn, WeightBits = 7)]</c></term><description>activations in 0..255 at full
/// speed</description></item>
/// <item><term><c>[Quantize(Int8, Backend.Fbgemm, Mode = Dynamic)]</c></term><description>Linear: activations are quantized by their
/// range in each call</description></item>
/// <item><term><c>[Quantize(Int8, Backend.Fbgemm, Mode = WeightOnly)]</c></term><description>int8 weights, float32
/// arithmetic</description></item>
/// <item><term><c>[Quantize(Float32)]</c></term><description>on a layer method: its layers stay float32</description></item>
/// </list>
/// </summary>
/// <param name="precision">The number format.</param>
/// <param name="backend">Whose observers and ranges.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = false)]
public sealed class QuantizeAttribute(Precision precision, Backend backend = Backend.Fbgemm) : Attribute
{
    /// <summary>The number format.</summary>
    public Precision Precision { get; } = precision;

    /// <summary>Whose observers and ranges.</summary>
    public Backend Backend { get; } = backend;

    /// <summary>When activations get their scale. Default: from calibration.</summary>
    public QuantizationMode Mode { get; set; }

    /// <summary>How the range of activations is chosen in calibration; not per channel. Default: as the backend does.</summary>
    public Observer Activation { get; set; }

    /// <summary>How the range of weights is chosen, and whether per output channel. Default: as the backend does.</summary>
    public Observer Weight { get; set; }

    /// <summary>
    /// <see cref="Observer.Percentile"/>: how many percent of the values are to lie within the range, more than 50 and at most 100.
    /// </summary>
    public double Percentile { get; set; } = 99.99;

    /// <summary>
    /// 8, or 7: weights in -64..63, as an observer with quant_min=-64, quant_max=63 makes them. Products of two weights then fit int16 for
    /// every byte, so kernels take activations in 0..255 without a check, at full speed. Weights lose 6 dB.
    /// </summary>
    public int WeightBits { get; set; } = 8;
}
