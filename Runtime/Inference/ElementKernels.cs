using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CompileTime.Inference;

/// <summary>Operators that work element by element, and what all kernels need of the values around them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class ElementKernels
{
    /// <summary>Fills the border of a value with its zero point: what padding reads.</summary>
    /// <param name="header">Zero point.</param>
    /// <param name="buffer">The whole value, border included.</param>
    /// <param name="top">Rows above.</param>
    /// <param name="left">Bytes to the left of each row.</param>
    /// <param name="bottom">Rows below.</param>
    /// <param name="right">Bytes to the right of each row.</param>
    /// <param name="height">Rows of the value itself.</param>
    /// <param name="rowStride">Bytes from one row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FillBorder(NodeHeader* header, byte* buffer, int top, int left, int bottom, int right, int height, int rowStride)
    {
        var zeroPoint = (byte)header->ZeroPoint;
        // The right border of one row and the left border of the next are one piece.
        Fill(buffer, (top * rowStride) + left, zeroPoint);
        var row = buffer + (top * rowStride) + rowStride - right;
        for (var y = 1; y < height; y++, row += rowStride)
            Fill(row, right + left, zeroPoint);
        Fill(row, right + (bottom * rowStride), zeroPoint);
    }

    // Pieces are short and many, and a call of memset for each takes longer than they do.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(byte* target, int count, byte value)
    {
        if (count < 16)
        {
            for (var i = 0; i < count; i++)
                target[i] = value;
            return;
        }

        // The last vector overlaps the one before it.
        var bytes = Vector128.Create(value);
        for (var i = 0; i < count - 16; i += 16)
            *(Vector128<byte>*)(target + i) = bytes;
        *(Vector128<byte>*)(target + count - 16) = bytes;
    }

    /// <summary>Whether a byte is above a limit.</summary>
    /// <param name="values">Bytes.</param>
    /// <param name="count">How many.</param>
    /// <param name="limit">The largest byte that is not above it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool AnyAbove(byte* values, int count, int limit)
    {
        var i = 0;
        if (Vector512.IsHardwareAccelerated && count >= 64)
        {
            var most = *(Vector512<byte>*)(values + count - 64);
            for (; i < count - 64; i += 64)
                most = Vector512.Max(most, *(Vector512<byte>*)(values + i));
            return Vector512.GreaterThanAny(most, Vector512.Create((byte)limit));
        }

        if (Vector256.IsHardwareAccelerated && count >= 32)
        {
            var most = *(Vector256<byte>*)(values + count - 32);
            for (; i < count - 32; i += 32)
                most = Vector256.Max(most, *(Vector256<byte>*)(values + i));
            return Vector256.GreaterThanAny(most, Vector256.Create((byte)limit));
        }

        if (count >= 16)
        {
            var most = *(Vector128<byte>*)(values + count - 16);
            for (; i < count - 16; i += 16)
                most = Vector128.Max(most, *(Vector128<byte>*)(values + i));
            return Vector128.GreaterThanAny(most, Vector128.Create((byte)limit));
        }

        for (; i < count; i++)
        {
            if (values[i] > limit)
                return true;
        }

        return false;
    }

    /// <summary>quantized::add and add_relu.</summary>
    /// <param name="first">Scale and zero point of the first operand.</param>
    /// <param name="second">Scale and zero point of the second operand.</param>
    /// <param name="result">Scale and zero point of the result.</param>
    /// <param name="x1">Element (0, 0) of the first operand.</param>
    /// <param name="x2">Element (0, 0) of the second operand.</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="stride1">Bytes from one row of the first operand to the next.</param>
    /// <param name="stride2">Bytes from one row of the second operand to the next.</param>
    /// <param name="output">Geometry of the result.</param>
    /// <param name="relu">Whether ReLU is fused.</param>
    /// <param name="channelsLast">The order in which PyTorch counts elements.</param>
    /// <param name="vector">How many elements, so counted, it computes vectorized; the others are rounded differently (AddLayout).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(NodeHeader* first, NodeHeader* second, NodeHeader* result, byte* x1, byte* x2, byte* target, int stride1,
        int stride2, in ImageGeometry output, bool relu, bool channelsLast, int vector)
    {
        var row = output.Width * output.Channels;
        var elements = output.Height * row;
        for (var y = 0; y < output.Height; y++)
        {
            var a = x1 + (y * stride1);
            var b = x2 + (y * stride2);
            var to = target + (y * output.RowStride);
            var inOrder = channelsLast || vector == elements || output.Channels == 1 || output.Height * output.Width == 1;
            var fused = inOrder ? Math.Clamp(vector - (y * row), 0, row) : 0;
            var i = AddFused(first, second, result, a, b, to, fused, relu);
            for (; i < row; i++)
            {
                var index = channelsLast ? (y * row) + i
                    : (((i % output.Channels * output.Height) + y) * output.Width) + (i / output.Channels);
                to[i] = index < vector
                    ? QuantizedMath.Add(Fused(first, a[i]), Fused(second, b[i]), result->InverseScale, result->ZeroPoint, relu)
                    : QuantizedMath.Add(Plain(first, a[i]), Plain(second, b[i]), result->InverseScale, result->ZeroPoint, relu);
            }
        }
    }

    /// <summary>Copies a value's channels into a slice of another's, requantized: one input of quantized::cat.</summary>
    /// <param name="input">Scale and zero point of the input.</param>
    /// <param name="result">Scale and zero point of the result.</param>
    /// <param name="source">Element (0, 0) of the input.</param>
    /// <param name="target">Element (0, 0) of the slice.</param>
    /// <param name="geometry">Geometry of the input.</param>
    /// <param name="targetChannels">Channels of the result.</param>
    /// <param name="targetStride">Bytes from one row of the result to the next.</param>
    /// <param name="channelsLast">Which of PyTorch's two kernels.</param>
    /// <param name="vector">How many leading channels it computes vectorized; the others are rounded differently (ConcatLayout).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Concat(NodeHeader* input, NodeHeader* result, byte* source, byte* target, in ImageGeometry geometry,
        int targetChannels, int targetStride, bool channelsLast, int vector)
    {
        // The byte that each byte becomes: at most 256 are computed, whatever the size of the image.
        var copies = input->Scale.Equals(result->Scale) && input->ZeroPoint == result->ZeroPoint && channelsLast;
        var fused = stackalloc byte[256];
        var plain = stackalloc byte[256];
        for (var value = 0; value < 256 && !copies; value++)
        {
            fused[value] = QuantizedMath.Quantize(Fused(input, (byte)value), result->InverseScale, result->ZeroPoint);
            plain[value] = QuantizedMath.Quantize(Plain(input, (byte)value), result->InverseScale, result->ZeroPoint);
        }

        for (var y = 0; y < geometry.Height; y++)
        {
            for (var x = 0; x < geometry.Width; x++)
            {
                var from = source + (y * geometry.RowStride) + (x * geometry.Channels);
                var to = target + (y * targetStride) + (x * targetChannels);
                if (copies)
                {
                    Unsafe.CopyBlockUnaligned(to, from, (uint)geometry.Channels);
                    continue;
                }

                for (var c = 0; c < vector; c++)
                    to[c] = fused[from[c]];
                for (var c = vector; c < geometry.Channels; c++)
                    to[c] = plain[from[c]];
            }
        }
    }

    /// <summary>An image as features in PyTorch's order, channel by channel: Flatten where a view will not do.</summary>
    /// <param name="source">Element (0, 0) of the image.</param>
    /// <param name="target">The features.</param>
    /// <param name="image">Geometry of the image.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Flatten(byte* source, byte* target, in ImageGeometry image)
    {
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                var from = source + (y * image.RowStride) + (x * image.Channels);
                for (var c = 0; c < image.Channels; c++)
                    target[(((c * image.Height) + y) * image.Width) + x] = from[c];
            }
        }
    }

    /// <summary>quantized relu and relu6: limits bytes to the zero point and, for relu6, to what 6 is quantized to.</summary>
    /// <param name="header">Scale and zero point.</param>
    /// <param name="source">Element (0, 0) of the input.</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="sourceStride">Bytes from one row of the input to the next.</param>
    /// <param name="output">Geometry of the result.</param>
    /// <param name="six">Whether it is relu6.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Clamp(NodeHeader* header, byte* source, byte* target, int sourceStride, in ImageGeometry output, bool six)
    {
        var low = (byte)header->ZeroPoint;
        var high = six ? QuantizedMath.Six(header->InverseScale, header->ZeroPoint) : byte.MaxValue;
        var row = output.Width * output.Channels;
        for (var y = 0; y < output.Height; y++)
        {
            var from = source + (y * sourceStride);
            var to = target + (y * output.RowStride);
            var x = 0;
            for (; x <= row - 16; x += 16)
            {
                *(Vector128<byte>*)(to + x) = Vector128.Min(Vector128.Max(*(Vector128<byte>*)(from + x), Vector128.Create(low)),
                    Vector128.Create(high));
            }

            for (; x < row; x++)
                to[x] = Math.Min(Math.Max(from[x], low), high);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Fused(NodeHeader* header, byte value) =>
        QuantizedMath.DequantizeFused(value, header->Scale, QuantizedMath.FusedOffset(header->Scale, header->ZeroPoint));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Plain(NodeHeader* header, byte value) => QuantizedMath.Dequantize(value, header->Scale, header->ZeroPoint);

    // Returns how many elements it did; the caller does the rest. Four vectors of sums become one of bytes, which saves most of the
    // work behind the rounding; the last one overlaps the one before, as what is computed twice gives the same.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int AddFused(NodeHeader* first, NodeHeader* second, NodeHeader* result, byte* a, byte* b, byte* target, int count, bool relu)
    {
        var offset1 = QuantizedMath.FusedOffset(first->Scale, first->ZeroPoint);
        var offset2 = QuantizedMath.FusedOffset(second->Scale, second->ZeroPoint);
        if (Avx512BW.IsSupported && count >= 64)
        {
            var (scaleA, scaleB) = (Vector512.Create(first->Scale), Vector512.Create(second->Scale));
            var (offsetA, offsetB) = (Vector512.Create(offset1), Vector512.Create(offset2));
            var inverse = Vector512.Create(result->InverseScale);
            var zeroPoint = Vector512.Create((short)result->ZeroPoint);
            var least = relu ? zeroPoint : Vector512<short>.Zero;
            var order = Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
            for (var next = 0; next < count; next += 64)
            {
                var i = Math.Min(next, count - 64);
                var low = Avx512BW.PackSignedSaturate(
                    Sum(a + i, b + i, scaleA, offsetA, scaleB, offsetB, inverse),
                    Sum(a + i + 16, b + i + 16, scaleA, offsetA, scaleB, offsetB, inverse));
                var high = Avx512BW.PackSignedSaturate(
                    Sum(a + i + 32, b + i + 32, scaleA, offsetA, scaleB, offsetB, inverse),
                    Sum(a + i + 48, b + i + 48, scaleA, offsetA, scaleB, offsetB, inverse));
                low = Vector512.Max(Avx512BW.AddSaturate(low, zeroPoint), least);
                high = Vector512.Max(Avx512BW.AddSaturate(high, zeroPoint), least);
                *(Vector512<int>*)(target + i) = Avx512F.PermuteVar16x32(Avx512BW.PackUnsignedSaturate(low, high).AsInt32(), order);
            }

            return count;
        }

        if (Avx2.IsSupported && Fma.IsSupported && count >= 32)
        {
            var (scaleA, scaleB) = (Vector256.Create(first->Scale), Vector256.Create(second->Scale));
            var (offsetA, offsetB) = (Vector256.Create(offset1), Vector256.Create(offset2));
            var inverse = Vector256.Create(result->InverseScale);
            var zeroPoint = Vector256.Create((short)result->ZeroPoint);
            var least = relu ? zeroPoint : Vector256<short>.Zero;
            var order = Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7);
            for (var next = 0; next < count; next += 32)
            {
                var i = Math.Min(next, count - 32);
                var low = Avx2.PackSignedSaturate(
                    Sum(a + i, b + i, scaleA, offsetA, scaleB, offsetB, inverse),
                    Sum(a + i + 8, b + i + 8, scaleA, offsetA, scaleB, offsetB, inverse));
                var high = Avx2.PackSignedSaturate(
                    Sum(a + i + 16, b + i + 16, scaleA, offsetA, scaleB, offsetB, inverse),
                    Sum(a + i + 24, b + i + 24, scaleA, offsetA, scaleB, offsetB, inverse));
                low = Vector256.Max(Avx2.AddSaturate(low, zeroPoint), least);
                high = Vector256.Max(Avx2.AddSaturate(high, zeroPoint), least);
                *(Vector256<int>*)(target + i) = Avx2.PermuteVar8x32(Avx2.PackUnsignedSaturate(low, high).AsInt32(), order);
            }

            return count;
        }

        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Sum(byte* a, byte* b, Vector512<float> scaleA, Vector512<float> offsetA, Vector512<float> scaleB,
        Vector512<float> offsetB, Vector512<float> inverse)
    {
        var x = Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(*(Vector128<byte>*)a));
        var y = Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(*(Vector128<byte>*)b));
        var sum = Avx512F.FusedMultiplyAdd(scaleA, x, offsetA) + Avx512F.FusedMultiplyAdd(scaleB, y, offsetB);
        // Beyond int32 a conversion would give the least number; this is far above any byte.
        return Avx512F.ConvertToVector512Int32(Avx512F.Min(sum * inverse, Vector512.Create(65536f)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Sum(byte* a, byte* b, Vector256<float> scaleA, Vector256<float> offsetA, Vector256<float> scaleB,
        Vector256<float> offsetB, Vector256<float> inverse)
    {
        var x = Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(a));
        var y = Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(b));
        var sum = Fma.MultiplyAdd(scaleA, x, offsetA) + Fma.MultiplyAdd(scaleB, y, offsetB);
        return Avx.ConvertToVector256Int32(Avx.Min(sum * inverse, Vector256.Create(65536f)));
    }
}
