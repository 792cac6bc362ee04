using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CompileTime.Inference;

/// <summary>quint8 with channels last to float values, channel by channel: Tensor.dequantize.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class OutputKernels
{
    /// <summary>Dequantizes one sample.</summary>
    /// <param name="header">Scale and zero point.</param>
    /// <param name="source">Element (0, 0) of the value.</param>
    /// <param name="target">Values, <c>[channels, height, width]</c>.</param>
    /// <param name="channels">Channels; features of a vector.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="rowStride">Bytes from one row of the value to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dequantize(NodeHeader* header, byte* source, float* target, int channels, int height, int width, int rowStride)
    {
        if (height * width == 1 || (channels == 1 && rowStride == width))
        {
            DequantizeRow(header, source, target, channels * height * width);
            return;
        }

        var scale = header->Scale;
        var zeroPoint = header->ZeroPoint;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var from = source + (y * rowStride) + (x * channels);
                for (var c = 0; c < channels; c++)
                    target[(((c * height) + y) * width) + x] = QuantizedMath.Dequantize(from[c], scale, zeroPoint);
            }
        }
    }

    // The last vector overlaps the one before: what is computed twice gives the same.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void DequantizeRow(NodeHeader* header, byte* source, float* target, int count)
    {
        if (Avx512F.IsSupported && count >= 16)
        {
            for (var next = 0; next < count; next += 16)
            {
                var i = Math.Min(next, count - 16);
                var steps = Avx512F.ConvertToVector512Int32(*(Vector128<byte>*)(source + i)) - Vector512.Create(header->ZeroPoint);
                *(Vector512<float>*)(target + i) = Avx512F.ConvertToVector512Single(steps) * Vector512.Create(header->Scale);
            }

            return;
        }

        for (var i = 0; i < count; i++)
            target[i] = QuantizedMath.Dequantize(source[i], header->Scale, header->ZeroPoint);
    }

    /// <summary>Softmax of the dequantized values, in place.</summary>
    /// <param name="values">Values.</param>
    /// <param name="count">How many.</param>
    /// <param name="channels">Channels; features of a vector.</param>
    public static void Softmax(float* values, int count, int channels) => SoftmaxFloat.Run(new Span<float>(values, count), channels);
}
