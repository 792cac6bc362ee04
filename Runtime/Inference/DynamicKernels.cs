using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CompileTime.Inference;

/// <summary>How the input of a dynamically quantized layer was quantized in this call; its bytes follow.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[StructLayout(LayoutKind.Sequential, Size = 64)]
public struct DynamicInput
{
    /// <summary>Scale of the bytes.</summary>
    public float Scale;

    /// <summary>Zero point of the bytes.</summary>
    public int ZeroPoint;
}

/// <summary>What dynamically quantized layers do before and after their integer sums.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class DynamicKernels
{
    /// <summary>Quantizes a vector of features with the scale and zero point of its own range.</summary>
    /// <param name="source">Float values.</param>
    /// <param name="count">How many.</param>
    /// <param name="target">Receives a <see cref="DynamicInput"/>, then the bytes.</param>
    /// <param name="reduceRange">Whether to aim at 0..127.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Quantize(byte* source, int count, byte* target, bool reduceRange)
    {
        var values = (float*)source;
        var (min, max) = (float.PositiveInfinity, float.NegativeInfinity);
        for (var i = 0; i < count; i++)
        {
            min = values[i] < min ? values[i] : min;
            max = values[i] > max ? values[i] : max;
        }

        var (scale, zeroPoint) = DynamicQuantization.Choose(min, max, reduceRange);
        *(DynamicInput*)target = new DynamicInput { Scale = scale, ZeroPoint = zeroPoint };
        var header = new NodeHeader { InverseScale = 1f / scale, ZeroPoint = zeroPoint };
        InputKernels.QuantizeRow(&header, values, target + sizeof(DynamicInput), count);
    }

    /// <summary>A dynamically quantized Linear from its list of non-zero weights (Packer.Nonzeros), in plain C#.</summary>
    /// <param name="block">Its packed weights.</param>
    /// <param name="source">What <see cref="Quantize"/> left.</param>
    /// <param name="target">Receives float values.</param>
    /// <param name="outputs">How many.</param>
    /// <param name="relu">Whether ReLU is fused.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Nonzeros(byte* block, byte* source, byte* target, int outputs, bool relu)
    {
        var input = (DynamicInput*)source;
        var x = source + sizeof(DynamicInput);
        var total = (int*)block;
        var bias = (float*)block + outputs;
        var scale = (float*)block + (2 * outputs);
        var first = (int*)block + (3 * outputs);
        var entries = first + outputs + 1;
        for (var o = 0; o < outputs; o++)
        {
            var sum = -input->ZeroPoint * total[o];
            for (var entry = entries + (2 * first[o]); entry < entries + (2 * first[o + 1]); entry += 2)
                sum += x[entry[0]] * entry[1];
            var result = MathF.FusedMultiplyAdd(sum, input->Scale * scale[o], bias[o]);
            ((float*)target)[o] = relu ? FloatMath.ReLU(result) : result;
        }
    }
}
