namespace CompileTime.Shared;

/// <summary>
/// What a converted network must satisfy before any kernel may touch it. Artifacts come from outside: every index, shape and
/// range that unsafe code relies on is checked here, once, for the runtime and for the generator.
/// </summary>
internal static class QuantizedRules
{
    /// <summary>A pool's sum of that many bytes still fits an int32.</summary>
    private const int MaxPoolElements = 1 << 23;

    /// <summary>More operators than any network has; what the passes do with them may take quadratic time.</summary>
    private const int MaxNodes = 4096;

    /// <summary>
    /// Whether everything that kernels address stays within int offsets: all values with the widest border that any convolution
    /// wants around its input, and weights rounded up to whole vectors. Null if so.
    /// </summary>
    public static string? CheckMemory(QuantizedNetwork network)
    {
        if (network.Nodes.Count > MaxNodes)
            return "the network has more than " + Numbers.Text(MaxNodes) + " operators";
        long vertical = 0, horizontal = 0, bytes = 0;
        foreach (var node in network.Nodes)
        {
            if (node is { Op: QuantizedOp.Conv2d, Window: { } window })
            {
                vertical = System.Math.Max(vertical, (long)window.Top + window.Bottom);
                horizontal = System.Math.Max(horizontal, (long)window.Left + window.Right);
            }
        }

        foreach (var node in network.Nodes)
        {
            bytes += node.ElementBytes * MemoryRules.Bordered(node.Shape, vertical, horizontal);
            if (node.Op == QuantizedOp.DynamicLinear)
                bytes += node.Weight?.Dimensions[1] ?? 0; // its input, quantized
            if (bytes > MemoryRules.Most)
                return "the values of the network, with what convolutions pad them with, are too large";
        }

        return null;
    }

    /// <summary>
    /// The first thing wrong with the node at <paramref name="index"/>, given that those before it are right; null if nothing is.
    /// </summary>
    public static string? Check(QuantizedNetwork network, int index)
    {
        var node = network.Nodes[index];
        if (index == 0 ? node.Op is not (QuantizedOp.Quantize or QuantizedOp.Input) : node.Op == QuantizedOp.Input)
            return "Quantize or Input is the first node, Input the first node and only the first";
        var inputs = node.Op switch { _ when index == 0 => 0, QuantizedOp.Add => 2, QuantizedOp.Concat => node.Inputs.Count, _ => 1 };
        if (node.Inputs.Count != inputs || (node.Op == QuantizedOp.Concat && inputs < 2))
            return "wrong number of inputs";
        foreach (var input in node.Inputs)
        {
            if (input < 0 || input >= index)
                return "its inputs must stand above it";
        }

        if (!node.Shape.IsValid)
            return "invalid shape";
        if (!(node.Scale > 0) || float.IsInfinity(node.Scale))
            return "the scale must be a positive number";
        if (node.ZeroPoint is < 0 or > 255)
            return "the zero point must lie in 0..255";
        if (CheckType(network, node) is { } mistyped)
            return mistyped;
        if ((node.Weight is not null) != (node.Op is QuantizedOp.Linear or QuantizedOp.DynamicLinear or QuantizedOp.Conv2d))
            return "weights belong to Linear, DynamicLinear and Conv2d";
        if ((node.Window is not null) != (node.Op is QuantizedOp.Conv2d or QuantizedOp.MaxPool2d or QuantizedOp.AvgPool2d))
            return "a window belongs to Conv2d, MaxPool2d and AvgPool2d";
        if (node.Window is { IsValid: false })
            return "invalid window";
        return index == 0 ? null : CheckOperator(network, node) ?? CheckVector(network, node);
    }

    /// <summary>Float32 or quint8: operators take what they give, but for those that convert.</summary>
    private static string? CheckType(QuantizedNetwork network, QuantizedNode node)
    {
        if (node.IsFloat && (node.Scale != 1 || node.ZeroPoint != 0))
            return "a float value has scale 1 and zero point 0";
        bool? gives = node.Op switch
        {
            QuantizedOp.Input or QuantizedOp.Dequantize or QuantizedOp.DynamicLinear => true,
            QuantizedOp.Quantize => false,
            _ => null,
        };
        if (gives is { } isFloat && isFloat != node.IsFloat)
            return "its value is " + (isFloat ? "float" : "quantized");
        var takes = node.Op switch
        {
            QuantizedOp.Dequantize => false,
            QuantizedOp.Quantize or QuantizedOp.DynamicLinear => true,
            _ => node.IsFloat,
        };
        foreach (var input in node.Inputs)
        {
            if (network.Nodes[input].IsFloat != takes)
                return "it takes " + (takes ? "float values" : "quantized values");
        }

        return node.Weight is { IsFloat: true } && (!node.IsFloat || node.Op == QuantizedOp.DynamicLinear)
            ? "float weights belong to float layers"
            : node.Vector is not null && node.IsFloat ? "float values are not computed in parts"
            : null;
    }

    private static string? CheckVector(QuantizedNetwork network, QuantizedNode node)
    {
        if (node.Vector is null)
            return null;
        if (node.Op is not (QuantizedOp.Add or QuantizedOp.Concat) || node.Vector.Count != (node.Op == QuantizedOp.Add ? 1 : node.Inputs.Count))
            return "vectorized elements belong to Add, vectorized channels to each input of Concat";
        for (var i = 0; i < node.Vector.Count; i++)
        {
            var most = node.Op == QuantizedOp.Add ? node.Shape.Elements : network.Nodes[node.Inputs[i]].Shape.Channels;
            if (node.Vector[i] < 0 || node.Vector[i] > most)
                return "there are not as many elements as are vectorized";
        }

        return null;
    }

    private static string? CheckOperator(QuantizedNetwork network, QuantizedNode node)
    {
        var first = network.Nodes[node.Inputs[0]];
        switch (node.Op)
        {
            case QuantizedOp.Quantize:
            case QuantizedOp.Dequantize:
                return Same(node, first.Shape);

            case QuantizedOp.Linear:
            case QuantizedOp.DynamicLinear:
                return !first.Shape.IsFlat ? "Linear takes flat features"
                    : Same(node, Shape.Flat(node.Shape.Channels)) ?? CheckWeight(node, [node.Shape.Channels, first.Shape.Channels]);

            case QuantizedOp.Conv2d:
                var window = node.Window!;
                if (first.Shape.IsFlat)
                    return "Conv2d takes an image";
                if (node.Groups < 1 || first.Shape.Channels % node.Groups != 0 || node.Shape.Channels % node.Groups != 0)
                    return "groups must divide the channels of input and output";
                return Same(node, Slide(node, first.Shape, node.Shape.Channels))
                    ?? CheckWeight(node,
                        [node.Shape.Channels, first.Shape.Channels / node.Groups, window.KernelHeight, window.KernelWidth]);

            case QuantizedOp.MaxPool2d:
            case QuantizedOp.AvgPool2d:
                // torch's own limit; without dilation it also means that no window lies in the padding alone.
                var pool = node.Window!;
                if (pool.Top > pool.KernelHeight / 2 || pool.Bottom > pool.KernelHeight / 2 || pool.Left > pool.KernelWidth / 2
                    || pool.Right > pool.KernelWidth / 2)
                    return "padding of a pool must be at most half of its kernel";
                if (node.Op == QuantizedOp.AvgPool2d && (long)pool.Taps > MaxPoolElements)
                    return "the window of the pool is too large";
                return first.Shape.IsFlat ? "pooling takes an image"
                    : !pool.AlwaysCovers(first.Shape) ? "a window of the pool lies in the padding alone"
                    : node.DivisorOverride < 0 ? "the divisor must be positive"
                    : Same(node, Slide(node, first.Shape, first.Shape.Channels)) ?? SameQuantization(node, first);

            case QuantizedOp.AdaptiveAvgPool2d:
                return first.Shape.IsFlat || node.Shape.IsFlat ? "pooling takes an image"
                    : first.Shape.Positions > MaxPoolElements ? "the image is too large for a pool"
                    : Same(node, Shape.Image(first.Shape.Channels, node.Shape.Height, node.Shape.Width)) ?? SameQuantization(node, first);

            case QuantizedOp.Add:
                return Same(node, first.Shape) ?? Same(network.Nodes[node.Inputs[1]], first.Shape);

            case QuantizedOp.Concat:
                var channels = 0L;
                foreach (var index in node.Inputs)
                {
                    var shape = network.Nodes[index].Shape;
                    channels += shape.Channels;
                    if (shape.IsFlat != first.Shape.IsFlat || shape.Height != first.Shape.Height || shape.Width != first.Shape.Width)
                        return "its inputs differ in more than channels";
                }

                return channels == node.Shape.Channels && node.Shape.IsFlat == first.Shape.IsFlat
                    && node.Shape.Positions == first.Shape.Positions && node.Shape.Height == first.Shape.Height
                    ? null
                    : "its channels are not the sum of its inputs'";

            case QuantizedOp.ReLU:
            case QuantizedOp.ReLU6:
                return Same(node, first.Shape) ?? SameQuantization(node, first);

            case QuantizedOp.Flatten:
                return Same(node, Shape.Flat(first.Shape.Elements)) ?? SameQuantization(node, first);

            default:
                return !ScalarFunctions.Has(node.Op) ? "unknown operator"
                    : Same(node, first.Shape) ?? ScalarFunctions.CheckSlope(node.Slope);
        }
    }

    private static Shape Slide(QuantizedNode node, Shape input, int channels) => Shape.Image(channels,
        node.Window!.OutputHeight(input.Height, node.CeilMode), node.Window.OutputWidth(input.Width, node.CeilMode));

    private static string? Same(QuantizedNode node, Shape expected) => node.Shape == expected
        ? null
        : "its shape is " + node.Shape + " where " + expected + " follows from its inputs";

    private static string? SameQuantization(QuantizedNode node, QuantizedNode input) =>
        node.Scale.Equals(input.Scale) && node.ZeroPoint == input.ZeroPoint ? null : "its scale and zero point must be its input's";

    private static string? CheckWeight(QuantizedNode node, int[] dimensions)
    {
        var weight = node.Weight!;
        var elements = 1L;
        var same = weight.Dimensions.Count == dimensions.Length;
        for (var i = 0; same && i < dimensions.Length; i++)
        {
            same = weight.Dimensions[i] == dimensions[i];
            elements *= dimensions[i];
            if (elements > Shape.MaxElements)
                return "the weight is too large";
        }

        if (!same)
            return "the weight's dimensions are not " + string.Join("x", dimensions);
        if (dimensions[0] > MemoryRules.MostOutputs)
            return "the weight has more than " + Numbers.Text(MemoryRules.MostOutputs) + " outputs";
        if (MemoryRules.Rounded(dimensions, node.Groups) > MemoryRules.Most)
            return "the weight, rounded up to whole vectors, is too large";
        if (node.IsFloat && node.Op != QuantizedOp.DynamicLinear && new FloatLayout(node).Bytes > MemoryRules.Most)
            return "the float weight, rounded up to whole vectors, is too large";
        if (weight.IsFloat && (weight.ZeroPoint != 0 || weight.IsPerChannel || weight.SparseSteps != 0))
            return "a float weight has neither scale nor zero point";
        if (weight.ZeroPoint is < -128 or > 127 || (weight.IsPerChannel && weight.ZeroPoint != 0))
            return "the weight's zero point must be 0, or lie in -128..127 with one scale for all";
        if (weight.SparseSteps < 0)
            return "impossible number of sparse steps";
        if (weight.SaturatingPairs < 0)
            return "impossible number of saturating pairs";
        if (weight.EmptyBlocks is { } empty && (empty < 0 || empty > weight.Elements))
            return "impossible number of empty blocks";
        return weight.Nonzeros >= 0 && weight.Nonzeros <= elements ? null : "impossible number of non-zero weights";
    }
}
