using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CompileTime.Inference;

/// <summary>
/// Operators with float values, element by element. Values lie as bytes do, channels last; row strides are in bytes. Nothing here
/// depends on an instruction set: every element is rounded by itself.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class FloatKernels
{
    /// <summary>One sample of float values, channel by channel, to channels last; false when a value is NaN or infinite.</summary>
    /// <param name="source">Values, <c>[channels, height, width]</c>.</param>
    /// <param name="target">Element (0, 0) of the value.</param>
    /// <param name="image">Geometry of the value.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Load(float* source, byte* target, in ImageGeometry image)
    {
        var good = true;
        for (var c = 0; c < image.Channels; c++)
        {
            for (var y = 0; y < image.Height; y++)
            {
                var to = (float*)(target + ((long)y * image.RowStride)) + c;
                for (var x = 0; x < image.Width; x++)
                {
                    var value = *source++;
                    good &= float.IsFinite(value);
                    to[x * image.Channels] = value;
                }
            }
        }

        return good;
    }

    /// <summary>One sample of stored bytes: byte b stands for b * scale + offset.</summary>
    /// <param name="scale">What one step of a byte is worth.</param>
    /// <param name="offset">The value of byte 0.</param>
    /// <param name="source">Bytes, <c>[channels, height, width]</c>.</param>
    /// <param name="target">Element (0, 0) of the value.</param>
    /// <param name="image">Geometry of the value.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Load(float scale, float offset, byte* source, byte* target, in ImageGeometry image)
    {
        for (var c = 0; c < image.Channels; c++)
        {
            for (var y = 0; y < image.Height; y++)
            {
                var to = (float*)(target + ((long)y * image.RowStride)) + c;
                for (var x = 0; x < image.Width; x++)
                    to[x * image.Channels] = QuantizedMath.FromByte(*source++, scale, offset);
            }
        }
    }

    /// <summary>A value as the network's result, or as features: channel by channel.</summary>
    /// <param name="source">Element (0, 0) of the value.</param>
    /// <param name="target">Values, <c>[channels, height, width]</c>.</param>
    /// <param name="image">Geometry of the value.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Store(byte* source, float* target, in ImageGeometry image)
    {
        for (var c = 0; c < image.Channels; c++)
        {
            for (var y = 0; y < image.Height; y++)
            {
                var from = (float*)(source + ((long)y * image.RowStride)) + c;
                for (var x = 0; x < image.Width; x++)
                    *target++ = from[x * image.Channels];
            }
        }
    }

    /// <summary>Float values to quint8; NaN becomes 255.</summary>
    /// <param name="header">Scale and zero point of the result.</param>
    /// <param name="source">Element (0, 0) of the input.</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="sourceStride">Bytes from one row of the input to the next.</param>
    /// <param name="output">Geometry of the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Quantize(NodeHeader* header, byte* source, byte* target, int sourceStride, in ImageGeometry output)
    {
        for (var y = 0; y < output.Height; y++)
        {
            InputKernels.QuantizeRow(header, (float*)(source + (y * sourceStride)), target + (y * output.RowStride),
                output.Width * output.Channels);
        }
    }

    /// <summary>quint8 to float values.</summary>
    /// <param name="header">Scale and zero point of the input.</param>
    /// <param name="source">Element (0, 0) of the input.</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="sourceStride">Bytes from one row of the input to the next.</param>
    /// <param name="output">Geometry of the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dequantize(NodeHeader* header, byte* source, byte* target, int sourceStride, in ImageGeometry output)
    {
        for (var y = 0; y < output.Height; y++)
        {
            var from = source + (y * sourceStride);
            var to = (float*)(target + (y * output.RowStride));
            for (var i = 0; i < output.Width * output.Channels; i++)
                to[i] = QuantizedMath.Dequantize(from[i], header->Scale, header->ZeroPoint);
        }
    }

    /// <summary>a + b, or max(a + b, 0).</summary>
    /// <param name="x1">Element (0, 0) of the first operand.</param>
    /// <param name="x2">Element (0, 0) of the second operand.</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="stride1">Bytes from one row of the first operand to the next.</param>
    /// <param name="stride2">Bytes from one row of the second operand to the next.</param>
    /// <param name="output">Geometry of the result.</param>
    /// <param name="relu">Whether ReLU is fused.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(byte* x1, byte* x2, byte* target, int stride1, int stride2, in ImageGeometry output, bool relu)
    {
        var row = output.Width * output.Channels;
        for (var y = 0; y < output.Height; y++)
        {
            var (a, b, to) = ((nint)(x1 + (y * stride1)), (nint)(x2 + (y * stride2)), (nint)(target + (y * output.RowStride)));
            var i = 0;
            for (; i <= row - Vector<float>.Count; i += Vector<float>.Count)
            {
                var sum = *(Vector<float>*)(a + (4 * i)) + *(Vector<float>*)(b + (4 * i));
                *(Vector<float>*)(to + (4 * i)) = relu
                    ? Vector.ConditionalSelect(Vector.LessThan(sum, Vector<float>.Zero), Vector<float>.Zero, sum)
                    : sum;
            }

            for (; i < row; i++)
            {
                var sum = ((float*)a)[i] + ((float*)b)[i];
                ((float*)to)[i] = relu ? FloatMath.ReLU(sum) : sum;
            }
        }
    }

    /// <summary>Copies a value's channels into a slice of another's: one input of a concatenation.</summary>
    /// <param name="source">Element (0, 0) of the input.</param>
    /// <param name="target">Element (0, 0) of the slice.</param>
    /// <param name="geometry">Geometry of the input.</param>
    /// <param name="targetChannels">Channels of the result.</param>
    /// <param name="targetStride">Bytes from one row of the result to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Concat(byte* source, byte* target, in ImageGeometry geometry, int targetChannels, int targetStride)
    {
        var bytes = geometry.Channels * sizeof(float);
        for (var y = 0; y < geometry.Height; y++)
        {
            for (var x = 0; x < geometry.Width; x++)
            {
                Unsafe.CopyBlockUnaligned(target + (y * targetStride) + (x * targetChannels * sizeof(float)),
                    source + (y * geometry.RowStride) + (x * bytes), (uint)bytes);
            }
        }
    }

    /// <summary>relu and relu6.</summary>
    /// <param name="source">Element (0, 0) of the input.</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="sourceStride">Bytes from one row of the input to the next.</param>
    /// <param name="output">Geometry of the result.</param>
    /// <param name="six">Whether it is relu6.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Clamp(byte* source, byte* target, int sourceStride, in ImageGeometry output, bool six)
    {
        for (var y = 0; y < output.Height; y++)
        {
            var from = (float*)(source + (y * sourceStride));
            var to = (float*)(target + (y * output.RowStride));
            for (var i = 0; i < output.Width * output.Channels; i++)
                to[i] = six ? FloatMath.ReLU6(from[i]) : FloatMath.ReLU(from[i]);
        }
    }

    /// <summary>A function of one number.</summary>
    /// <param name="function">The function.</param>
    /// <param name="slope">Its parameter; 0 for none.</param>
    /// <param name="source">Element (0, 0) of the input.</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="sourceStride">Bytes from one row of the input to the next.</param>
    /// <param name="output">Geometry of the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Map(ScalarFunction function, float slope, byte* source, byte* target, int sourceStride, in ImageGeometry output)
    {
        for (var y = 0; y < output.Height; y++)
        {
            var from = (float*)(source + (y * sourceStride));
            var to = (float*)(target + (y * output.RowStride));
            for (var i = 0; i < output.Width * output.Channels; i++)
                to[i] = ScalarMath.Run(function, slope, from[i]);
        }
    }
}
