namespace CompileTime.Quantization;

/// <summary>Watches values go by and then says with which scale and zero point to quantize them.</summary>
internal abstract class ObserverBase(QuantizationSpec spec)
{
    public QuantizationSpec Spec { get; } = spec;

    /// <summary>Sees a batch; an empty one changes nothing.</summary>
    /// <param name="values">Row-major.</param>
    /// <param name="shape">Dimensions of the batch.</param>
    public abstract void Observe(ReadOnlySpan<float> values, ReadOnlySpan<int> shape);

    /// <summary>One entry, or one per channel.</summary>
    public abstract QParams[] Calculate();
}
