using System.Collections.Generic;

namespace CompileTime.Shared;

/// <summary>The operators of a converted network; the names are those of torch.ao.nn.quantized.</summary>
internal enum QuantizedOp
{
    /// <summary>Float values to quint8: the network's input as the first node, the value of a float node elsewhere.</summary>
    Quantize,

    /// <summary>The network's input as float values; only as the first node.</summary>
    Input,

    /// <summary>quint8 to float values.</summary>
    Dequantize,
    Linear,

    /// <summary>
    /// Linear of float values with int8 arithmetic: the input is quantized with scale and zero point of its own in every call.
    /// </summary>
    DynamicLinear,
    Conv2d,
    MaxPool2d,
    AvgPool2d,
    AdaptiveAvgPool2d,
    Add,
    Concat,
    ReLU,
    ReLU6,
    Flatten,
    Sigmoid,
    Tanh,
    Hardsigmoid,
    Hardswish,
    LeakyReLU,
    GELU,
    SiLU,
    ELU,
}

/// <summary>
/// The order in which PyTorch would hold the elements of a value in memory. It says nothing about where we keep them, but
/// some of FBGEMM's results depend on it: pools, the tail of an addition, concatenation.
/// </summary>
internal enum MemoryFormat
{
    Contiguous,
    ChannelsLast,
}

/// <summary>What the structure tells of a weight; the numbers themselves are in the blob.</summary>
/// <param name="Dimensions"><c>[out, in]</c> or <c>[out, in / groups, kh, kw]</c>.</param>
/// <param name="IsPerChannel">One scale per output channel, or one for all.</param>
/// <param name="ZeroPoint">Not zero only with one scale for all (affine weights).</param>
/// <param name="HasBias">Whether a float32 bias is added.</param>
/// <param name="Nonzeros">Elements that differ from the zero point.</param>
internal sealed record WeightInfo(IReadOnlyList<int> Dimensions, bool IsPerChannel, int ZeroPoint, bool HasBias, int Nonzeros)
{
    /// <summary>
    /// The weight is float32 and has no scale. An int8 weight of a float Linear or Conv2d is dequantized before it is used (weight-only
    /// quantization).
    /// </summary>
    public bool IsFloat { get; init; }

    /// <summary>
    /// The steps that the sparse kernel of a Linear, or of a Conv2d channels last, takes for these weights (SparseLayout), found out when the artifact is written; 0
    /// when nobody has. It decides between kernels, never about correctness.
    /// </summary>
    public int SparseSteps { get; init; }

    /// <summary>
    /// How many pairs of weights could saturate an int16 sum if inputs spanned 0..255, as dense kernels pair them; found out when the artifact
    /// is written, null when nobody has. For readers only: kernels look at the packed weights themselves.
    /// </summary>
    public int? SaturatingPairs { get; init; }

    /// <summary>
    /// Blocks of <see cref="DenseLayout.BlockOutputs"/> outputs and four inputs (at one place of a Conv2d's kernel, or along its row) that
    /// have no weight, found out when the artifact is written; null when nobody has. Dense kernels leave such blocks out.
    /// </summary>
    public int? EmptyBlocks { get; init; }

    public int Outputs => Dimensions[0];

    public int Elements
    {
        get
        {
            var product = 1;
            foreach (var dimension in Dimensions)
                product *= dimension;
            return product;
        }
    }

    public double Density => (double)Nonzeros / Elements;
}

/// <summary>
/// One operator of a converted network. Its value is quint8 with <see cref="Scale"/> and <see cref="ZeroPoint"/>, or float32
/// (<see cref="IsFloat"/>); the operator's arithmetic is that of its value's type.
/// </summary>
internal sealed record QuantizedNode
{
    public required string Name { get; init; }

    public required QuantizedOp Op { get; init; }

    /// <summary>Indices of the nodes that are read, all smaller than its own.</summary>
    public required IReadOnlyList<int> Inputs { get; init; }

    public required Shape Shape { get; init; }

    /// <summary>Whether the value is float32; scale and zero point are then 1 and 0.</summary>
    public bool IsFloat { get; init; }

    /// <summary>Bytes of one element.</summary>
    public int ElementBytes => IsFloat ? sizeof(float) : 1;

    public required float Scale { get; init; }

    public required int ZeroPoint { get; init; }

    public required MemoryFormat Format { get; init; }

    /// <summary>Linear, Conv2d, Add: ReLU fused (the result is at least the zero point).</summary>
    public bool Relu { get; init; }

    /// <summary>Conv2d, MaxPool2d, AvgPool2d.</summary>
    public Window? Window { get; init; }

    public int Groups { get; init; } = 1;

    public bool CeilMode { get; init; }

    public bool CountIncludePad { get; init; } = true;

    public int DivisorOverride { get; init; }

    /// <summary>DynamicLinear: inputs are quantized to 0..127, not to 0..255.</summary>
    public bool ReduceRange { get; init; }

    /// <summary>LeakyReLU: the slope below 0; ELU: alpha.</summary>
    public float Slope { get; init; }

    /// <summary>
    /// Add: how many leading elements PyTorch computes vectorized; Concat: how many leading channels of each input. Null where it follows
    /// from the shapes (<see cref="AddLayout"/>, <see cref="ConcatLayout"/>); written down where channels were removed, because those
    /// that are left are computed as before.
    /// </summary>
    public IReadOnlyList<int>? Vector { get; init; }

    /// <summary>Linear, DynamicLinear, Conv2d.</summary>
    public WeightInfo? Weight { get; init; }

    /// <summary>
    /// Which of the channels that it was converted with are left, ascending; null when all are. Nothing that runs the network needs to know: a
    /// network that was read from a file does not.
    /// </summary>
    public IReadOnlyList<int>? KeptChannels { get; init; }
}

/// <summary>
/// A network after convert: fused, folded and quantized, without the weights' values. The interpreter runs it and the
/// generator compiles it; nobody fuses a second time.
/// </summary>
internal sealed class QuantizedNetwork
{
    /// <summary>
    /// Node 0 is the input, quantized or as float values; the last node is the output, which is dequantized unless it is float.
    /// </summary>
    public required IReadOnlyList<QuantizedNode> Nodes { get; init; }

    /// <summary>Whether the dequantized output goes through softmax (over its channels) in float32.</summary>
    public bool Softmax { get; init; }

    public QuantizedNode Input => Nodes[0];

    public QuantizedNode Output => Nodes[Nodes.Count - 1];
}
