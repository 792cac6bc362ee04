namespace CompileTime;

/// <summary>A layer of a network. On a class, layers run in the order in which they stand; on a partial method, likewise.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public abstract class LayerAttribute : Attribute
{
    private protected LayerAttribute()
    {
    }
}

/// <summary>
/// Fully connected: <c>[in] -> [outFeatures]</c>, y = xWᵀ + b, as torch.nn.Linear. Parameters: <c>weight [out, in]</c>, <c>bias [out]</c>.
/// </summary>
/// <param name="outFeatures">Features of the result, at least 1.</param>
public sealed class LinearAttribute(int outFeatures) : LayerAttribute
{
    /// <summary>Features of the result.</summary>
    public int OutFeatures { get; } = outFeatures;

    /// <summary>Features of the input: inferred; checked when given.</summary>
    public int InFeatures { get; set; }

    /// <summary>Whether a bias is added. Default true.</summary>
    public bool Bias { get; set; } = true;
}

/// <summary>
/// 2-D cross-correlation: <c>[in, h, w] -> [outChannels, h', w']</c>, as torch.nn.Conv2d. Parameters: <c>weight [out, in / Groups, kh,
/// kw]</c>, <c>bias [out]</c>. h' = (h + padding - Dilation * (kernel - 1) - 1) / Stride + 1.
/// </summary>
public sealed class Conv2dAttribute : LayerAttribute
{
    /// <summary>A square kernel.</summary>
    /// <param name="outChannels">Channels of the result, at least 1.</param>
    /// <param name="kernelSize">Rows and columns of the kernel, at least 1.</param>
    public Conv2dAttribute(int outChannels, int kernelSize)
        : this(outChannels, kernelSize, kernelSize)
    {
    }

    /// <summary>A kernel of any size.</summary>
    /// <param name="outChannels">Channels of the result, at least 1.</param>
    /// <param name="kernelHeight">Rows of the kernel, at least 1.</param>
    /// <param name="kernelWidth">Columns of the kernel, at least 1.</param>
    public Conv2dAttribute(int outChannels, int kernelHeight, int kernelWidth)
    {
        OutChannels = outChannels;
        KernelSize = [kernelHeight, kernelWidth];
    }

    /// <summary>Channels of the result.</summary>
    public int OutChannels { get; }

    /// <summary>Rows and columns of the kernel.</summary>
    public IReadOnlyList<int> KernelSize { get; }

    /// <summary>Channels of the input: inferred; checked when given.</summary>
    public int InChannels { get; set; }

    /// <summary>Step of the kernel, both ways. Default 1.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>Step of the kernel as [rows, columns]; instead of <see cref="Stride"/>.</summary>
    public int[]? Strides { get; set; }

    /// <summary>Zeros around the input, the same number on all sides. Default 0.</summary>
    public int Padding { get; set; }

    /// <summary>Zeros as [vertical, horizontal] or [top, left, bottom, right]; instead of <see cref="Padding"/>.</summary>
    public int[]? Paddings { get; set; }

    /// <summary>Distance of the kernel's taps, both ways. Default 1.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>Distance of the kernel's taps as [rows, columns]; instead of <see cref="Dilation"/>.</summary>
    public int[]? Dilations { get; set; }

    /// <summary>
    /// Blocks of channels that do not see each other; the number of input channels for a depthwise convolution. Default 1.
    /// </summary>
    public int Groups { get; set; } = 1;

    /// <summary>Whether a bias is added. Default true.</summary>
    public bool Bias { get; set; } = true;
}

/// <summary>
/// Batch normalization per channel, as torch.nn.BatchNorm1d and BatchNorm2d; the shape stays. Folded into the Linear or Conv2d
/// before it when converted. Parameters: <c>weight</c>, <c>bias</c>, <c>running_mean</c>, <c>running_var</c>, all <c>[channels]</c>.
/// </summary>
public sealed class BatchNormAttribute : LayerAttribute
{
    /// <summary>Added to the variance. Default 1e-5.</summary>
    public double Eps { get; set; } = 1e-5;

    /// <summary>Weight of the newest batch in the running statistics. Default 0.1.</summary>
    public double Momentum { get; set; } = 0.1;
}

/// <summary>max(x, 0); the shape stays.</summary>
public sealed class ReLUAttribute : LayerAttribute;

/// <summary>min(max(x, 0), 6); the shape stays.</summary>
public sealed class ReLU6Attribute : LayerAttribute;

/// <summary>1 / (1 + exp(-x)); the shape stays. As torch.nn.Sigmoid; quantized with scale 1/256 and zero point 0.</summary>
public sealed class SigmoidAttribute : LayerAttribute;

/// <summary>tanh(x); the shape stays. As torch.nn.Tanh; quantized with scale 2/256 and zero point 128.</summary>
public sealed class TanhAttribute : LayerAttribute;

/// <summary>min(max(x + 3, 0), 6) / 6; the shape stays. As torch.nn.Hardsigmoid; quantized with scale 1/256 and zero point 0.</summary>
public sealed class HardsigmoidAttribute : LayerAttribute;

/// <summary>x * min(max(x + 3, 0), 6) / 6; the shape stays. As torch.nn.Hardswish.</summary>
public sealed class HardswishAttribute : LayerAttribute;

/// <summary>x, or x * negativeSlope below 0; the shape stays. As torch.nn.LeakyReLU.</summary>
/// <param name="negativeSlope">The slope below 0: any finite number.</param>
public sealed class LeakyReLUAttribute(double negativeSlope = 0.01) : LayerAttribute
{
    /// <summary>The slope below 0.</summary>
    public double NegativeSlope { get; } = negativeSlope;
}

/// <summary>x * Φ(x), the exact form with the error function; the shape stays. As torch.nn.GELU.</summary>
public sealed class GELUAttribute : LayerAttribute;

/// <summary>x / (1 + exp(-x)); the shape stays. As torch.nn.SiLU.</summary>
public sealed class SiLUAttribute : LayerAttribute;

/// <summary>x, or alpha * (exp(x) - 1) below 0; the shape stays. As torch.nn.ELU.</summary>
/// <param name="alpha">What the result tends to below 0, negated: any finite number.</param>
public sealed class ELUAttribute(double alpha = 1) : LayerAttribute
{
    /// <summary>What the result tends to below 0, negated.</summary>
    public double Alpha { get; } = alpha;
}

/// <summary>Largest value of each window: <c>[c, h, w] -> [c, h', w']</c>, as torch.nn.MaxPool2d.</summary>
/// <param name="kernelSize">Rows and columns of the window, at least 1.</param>
public sealed class MaxPool2dAttribute(int kernelSize) : PoolAttribute(kernelSize, kernelSize)
{
    /// <summary>Distance of the window's elements. Default 1.</summary>
    public int Dilation { get; set; } = 1;
}

/// <summary>Mean of each window: <c>[c, h, w] -> [c, h', w']</c>, as torch.nn.AvgPool2d.</summary>
public sealed class AvgPool2dAttribute : PoolAttribute
{
    /// <summary>A square window.</summary>
    /// <param name="kernelSize">Rows and columns of the window, at least 1.</param>
    public AvgPool2dAttribute(int kernelSize)
        : base(kernelSize, kernelSize)
    {
    }

    /// <summary>A window of any size.</summary>
    /// <param name="kernelHeight">Rows of the window, at least 1.</param>
    /// <param name="kernelWidth">Columns of the window, at least 1.</param>
    public AvgPool2dAttribute(int kernelHeight, int kernelWidth)
        : base(kernelHeight, kernelWidth)
    {
    }

    /// <summary>Whether the zeros of the padding count as elements. Default true.</summary>
    public bool CountIncludePad { get; set; } = true;

    /// <summary>What the sum is divided by; 0 (default) for the number of elements.</summary>
    public int DivisorOverride { get; set; }
}

/// <summary>What the pools share: window, stride (by default the window's size), padding.</summary>
public abstract class PoolAttribute : LayerAttribute
{
    private protected PoolAttribute(int kernelHeight, int kernelWidth) => KernelSize = [kernelHeight, kernelWidth];

    /// <summary>Rows and columns of the window.</summary>
    public IReadOnlyList<int> KernelSize { get; }

    /// <summary>Step of the window, both ways; 0 (default) for the window's own size.</summary>
    public int Stride { get; set; }

    /// <summary>Step of the window as [rows, columns]; instead of <see cref="Stride"/>.</summary>
    public int[]? Strides { get; set; }

    /// <summary>Padding on all sides, at most half of the window. Default 0.</summary>
    public int Padding { get; set; }

    /// <summary>Padding as [vertical, horizontal] or [top, left, bottom, right]; instead of <see cref="Padding"/>.</summary>
    public int[]? Paddings { get; set; }

    /// <summary>Whether the size of the result is rounded up. Default false.</summary>
    public bool CeilMode { get; set; }
}

/// <summary>Mean of each channel: <c>[c, h, w] -> [c, 1, 1]</c>, as torch.nn.AdaptiveAvgPool2d(1).</summary>
public sealed class GlobalAvgPool2dAttribute : LayerAttribute;

/// <summary>
/// Mean over windows that divide the image evenly: <c>[c, h, w] -> [c, outputHeight, outputWidth]</c>, as torch.nn.AdaptiveAvgPool2d.
/// </summary>
/// <param name="outputHeight">Rows of the result, at least 1.</param>
/// <param name="outputWidth">Columns of the result, at least 1.</param>
public sealed class AdaptiveAvgPool2dAttribute(int outputHeight, int outputWidth) : LayerAttribute
{
    /// <summary>Rows and columns of the result.</summary>
    public IReadOnlyList<int> OutputSize { get; } = [outputHeight, outputWidth];
}

/// <summary>All elements as one vector, channel by channel: <c>[c, h, w] -> [c * h * w]</c>, as torch.nn.Flatten.</summary>
public sealed class FlattenAttribute : LayerAttribute;

/// <summary>
/// Zeroes elements at random while training and scales the others by 1 / (1 - p); does nothing afterwards. As torch.nn.Dropout.
/// </summary>
/// <param name="p">The probability of an element to be zeroed, in [0, 1).</param>
public sealed class DropoutAttribute(double p = 0.5) : LayerAttribute
{
    /// <summary>The probability of an element to be zeroed.</summary>
    public double P { get; } = p;
}

/// <summary>
/// exp(x) / sum(exp(x)) over the features; only as the last layer. Computed in float32 on the dequantized result. As torch.nn.Softmax.
/// </summary>
public sealed class SoftmaxAttribute : LayerAttribute;
