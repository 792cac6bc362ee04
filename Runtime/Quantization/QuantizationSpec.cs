namespace CompileTime.Quantization;

/// <summary>PyTorch's 8-bit types.</summary>
internal enum QuantizedType
{
    QUInt8,
    QInt8,
}

/// <summary>PyTorch's quantization schemes.</summary>
internal enum QScheme
{
    PerTensorAffine,
    PerTensorSymmetric,
    PerChannelAffine,
    PerChannelSymmetric,
}

/// <summary>What an observer's scale and zero point are for, as the arguments of PyTorch's observers.</summary>
internal sealed record QuantizationSpec
{
    /// <param name="type">Type of the quantized values.</param>
    /// <param name="scheme">Symmetric or affine, one scale for all or one per channel.</param>
    /// <param name="reduceRange">Use one bit less, so that sums of two products fit int16.</param>
    /// <param name="customRange">Smallest and largest quantized value, instead of the type's; has to contain 0.</param>
    /// <param name="epsilon">The smallest scale; float32's epsilon where PyTorch's qconfigs do not say otherwise.</param>
    /// <exception cref="ArgumentException">PyTorch has no such combination.</exception>
    public QuantizationSpec(QuantizedType type, QScheme scheme, bool reduceRange = false, (int Min, int Max)? customRange = null,
        float epsilon = 1.1920929e-07f)
    {
        if (type == QuantizedType.QUInt8 && reduceRange && scheme is QScheme.PerTensorSymmetric or QScheme.PerChannelSymmetric)
            throw new ArgumentException("The range of symmetric quint8 quantization cannot be reduced.", nameof(reduceRange));
        var (min, max) = customRange ?? (type == QuantizedType.QUInt8 ? (0, 255) : (-128, 127));
        if (min > 0 || max < 0 || min >= max || max - min > 255)
            throw new ArgumentException("The quantized range must contain 0 and have at most 256 values.", nameof(customRange));

        // Shifting right is Python's //: it rounds down, -128 to -64 and 127 to 63.
        (Min, Max) = reduceRange ? (min >> 1, max >> 1) : (min, max);
        Type = type;
        Scheme = scheme;
        IsCustomRange = customRange is not null;
        Epsilon = epsilon;
    }

    public QuantizedType Type { get; }

    public QScheme Scheme { get; private init; }

    /// <summary>Smallest quantized value the scale is made for. Quantizing clamps to the type's range, not to this one.</summary>
    public int Min { get; }

    public int Max { get; }

    public bool IsCustomRange { get; }

    public bool IsSymmetric => Scheme is QScheme.PerTensorSymmetric or QScheme.PerChannelSymmetric;

    public bool IsPerChannel => Scheme is QScheme.PerChannelAffine or QScheme.PerChannelSymmetric;

    /// <summary>The smallest scale.</summary>
    public float Epsilon { get; }

    /// <summary>The same with one scale for all.</summary>
    public QuantizationSpec ForTensor() =>
        this with { Scheme = IsSymmetric ? QScheme.PerTensorSymmetric : QScheme.PerTensorAffine };

    /// <summary>The same with a scale for each channel.</summary>
    public QuantizationSpec ForChannels() =>
        this with { Scheme = IsSymmetric ? QScheme.PerChannelSymmetric : QScheme.PerChannelAffine };
}
