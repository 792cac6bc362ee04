using System;
using System.Collections.Generic;

namespace CompileTime.Shared;

/// <summary>
/// What a declared network may take in memory, so that every offset stays within an int: in training, and, by the same bounds as in
/// <see cref="QuantizedRules"/>, after conversion. A network that cannot be converted is refused before it is trained.
/// </summary>
internal static class MemoryRules
{
    /// <summary>Numbers of a matrix or of a rounded weight, bytes of all values together.</summary>
    public const int Most = 1 << 30;

    /// <summary>Outputs of a layer: constants of each stand before its weights.</summary>
    public const int MostOutputs = 1 << 24;

    /// <summary>What of the layer is too large, how large, and how large it may be; null if nothing is.</summary>
    public static (string What, long Size, int Most)? Check(LayerDefinition layer)
    {
        if (!layer.HasWeight)
            return null;
        var weight = layer.WeightShape;
        var taps = layer.Window is null ? 1L : layer.Window.Taps;

        if (weight[0] > MostOutputs)
            return ("the weight's first dimension", weight[0], MostOutputs);
        var rounded = Rounded(weight, layer.Groups);
        if (rounded > Most)
            return ("the weight, rounded up to whole vectors,", rounded, Most);

        // Training copies the windows of a convolution into a matrix, unless the image is that matrix.
        var matrix = weight[1] * taps * layer.OutputShape.Positions;
        return layer.Window is { } window && !IsIdentity(window) && matrix > Most ? ("the matrix of its windows", matrix, Most) : null;
    }

    /// <summary>Numbers of a weight as kernels take it: outputs in whole vectors and tiles, each run of inputs in whole steps.</summary>
    /// <param name="weight">Its dimensions: two, or four of which the last two are the kernel's.</param>
    /// <param name="groups">Groups of a convolution.</param>
    public static long Rounded(IReadOnlyList<int> weight, int groups)
    {
        var taps = weight.Count == 4 ? (long)weight[2] * weight[3] : 1;
        return ((weight[0] / groups) + 63L) / 64 * 64 * groups * taps * ((weight[1] + 3L) / 4 * 4);
    }

    /// <summary>
    /// Numbers of a value with a border. Two values may want the top of one convolution and the bottom of another: twice the most that any
    /// convolution wants is enough for any mixture.
    /// </summary>
    /// <param name="shape">Of the value.</param>
    /// <param name="vertical">The most rows that a convolution pads with, above and below together.</param>
    /// <param name="horizontal">The same for columns.</param>
    public static long Bordered(Shape shape, long vertical, long horizontal) => shape.IsFlat
        ? shape.Channels
        : (shape.Height + (2 * vertical)) * (shape.Width + (2 * horizontal)) * shape.Channels;

    /// <summary>One tap that does not move: the image is the matrix of its windows.</summary>
    public static bool IsIdentity(Window window) => window is { Taps: 1, StrideHeight: 1, StrideWidth: 1, HasPadding: false };

    /// <summary>
    /// Whether all values, each with the widest border that any convolution wants around its input, are too large together: the layer to
    /// blame, and their bytes (at least). Null if not.
    /// </summary>
    /// <param name="input">Shape of the network's input.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="rule">How it is quantized; null for not at all.</param>
    public static (int Layer, long Bytes)? CheckValues(Shape input, IReadOnlyList<LayerDefinition> layers, QuantizeRule? rule)
    {
        long vertical = 0, horizontal = 0;
        var padded = -1;
        for (var i = 0; i < layers.Count; i++)
        {
            if (layers[i] is not { Kind: LayerKind.Conv2d, Window: { } window })
                continue;
            if (window.Top + window.Bottom > vertical || window.Left + window.Right > horizontal)
                padded = i;
            vertical = Math.Max(vertical, window.Top + window.Bottom);
            horizontal = Math.Max(horizontal, window.Left + window.Right);
        }

        // Float values have four bytes; which they are is decided after fusion, so all are taken for it.
        var elementBytes = IsMixed(layers, rule) ? sizeof(float) : 1;
        var bytes = Padded(input);
        for (var i = 0; i < layers.Count; i++)
        {
            // Conversion folds BatchNorm and leaves out Dropout; Softmax is computed on the result.
            if (layers[i].Kind is not (LayerKind.BatchNorm or LayerKind.Dropout or LayerKind.Softmax))
                bytes += Padded(layers[i].OutputShape);
            if (bytes > Most)
                return (padded >= 0 ? padded : i, bytes);
        }

        return null;

        long Padded(Shape shape) => elementBytes * Bordered(shape, vertical, horizontal);
    }

    private static bool IsMixed(IReadOnlyList<LayerDefinition> layers, QuantizeRule? rule)
    {
        if (rule is null)
            return false;
        foreach (var layer in layers)
        {
            if ((layer.Quantize ?? rule) is { IsFloat: true } or { Mode: not QuantizeRule.Static })
                return true;
        }

        return false;
    }
}
