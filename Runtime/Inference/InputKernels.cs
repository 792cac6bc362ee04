using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CompileTime.Inference;

/// <summary>Float values or stored bytes, channel by channel, to quint8 with channels last: torch.quantize_per_tensor.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class InputKernels
{
    // Anything from here on is 255 with every zero point; adding one to it cannot overflow.
    private const int Far = 1 << 16;

    // Columns of all channels at a time, when they are to be interleaved.
    private const int Chunk = 1024;

    // Rows of fewer columns than this waste too much of their vectors.
    private const int Narrow = 64;

    /// <summary>Quantizes one sample; false when a value is NaN or infinite.</summary>
    /// <param name="header">Scale and zero point.</param>
    /// <param name="source">Values, <c>[channels, height, width]</c>.</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="channels">Channels; features of a vector.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="rowStride">Bytes from one row of the result to the next.</param>
    public static bool Quantize(NodeHeader* header, float* source, byte* target, int channels, int height, int width, int rowStride) =>
        Run(header, 0, 0, source, target, channels, height, width, rowStride);

    /// <summary>Quantizes one sample of stored bytes: byte b stands for b * scale + offset.</summary>
    /// <param name="header">Scale and zero point.</param>
    /// <param name="scale">What one step of a byte is worth.</param>
    /// <param name="offset">The value of byte 0.</param>
    /// <param name="source">Bytes, <c>[channels, height, width]</c>.</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="channels">Channels; features of a vector.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="rowStride">Bytes from one row of the result to the next.</param>
    public static void Quantize(NodeHeader* header, float scale, float offset, byte* source, byte* target, int channels, int height,
        int width, int rowStride) => Run(header, scale, offset, source, target, channels, height, width, rowStride);

    private static bool Run<T>(NodeHeader* header, float scale, float offset, T* source, byte* target, int channels, int height,
        int width, int rowStride)
        where T : unmanaged
    {
        if (height * width == 1)
            return QuantizeRow(header, scale, offset, source, target, channels);
        if (channels > 1)
            return Interleaved(header, scale, offset, source, target, channels, height, width, rowStride);
        if (rowStride == width)
            return QuantizeRow(header, scale, offset, source, target, height * width);
        return width >= Narrow
            ? Rows(header, scale, offset, source, target, height, width, rowStride)
            : NarrowRows(header, scale, offset, source, target, height, width, rowStride);
    }

    private static bool Rows<T>(NodeHeader* header, float scale, float offset, T* source, byte* target, int height, int width, int rowStride)
        where T : unmanaged
    {
        var good = true;
        for (var y = 0; y < height; y++)
            good &= QuantizeRow(header, scale, offset, source + (y * width), target + (y * rowStride), width);
        return good;
    }

    // As many rows as fit are quantized as one, and then moved apart. What vectors write too much lies in the border, which is filled later,
    // in the next row, or in the room behind the value.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool NarrowRows<T>(NodeHeader* header, float scale, float offset, T* source, byte* target, int height, int width, int rowStride)
        where T : unmanaged
    {
        var good = true;
        var rows = stackalloc byte[Chunk + 16];
        var most = Chunk / width;
        for (var first = 0; first < height; first += most)
        {
            var count = Math.Min(most, height - first);
            good &= QuantizeRow(header, scale, offset, source + (first * width), rows, count * width);
            for (var y = 0; y < count; y++)
            {
                var to = target + ((first + y) * rowStride);
                for (var x = 0; x < width; x += 16)
                    *(Vector128<byte>*)(to + x) = *(Vector128<byte>*)(rows + (y * width) + x);
            }
        }

        return good;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Interleaved<T>(NodeHeader* header, float scale, float offset, T* source, byte* target, int channels, int height,
        int width, int rowStride)
        where T : unmanaged
    {
        var good = true;
        // Several rows of a channel, or a part of one, are quantized as one; three channels then meet in vectors, others byte by byte.
        var rows = stackalloc byte[3 * Chunk];
        var lines = Math.Max(1, Chunk / width);
        var most = Math.Min(Chunk, width);
        for (var first = 0; first < height; first += lines)
        {
            var taken = Math.Min(lines, height - first);
            for (var x = 0; x < width; x += most)
            {
                var count = Math.Min(most, width - x);
                var to = target + (first * rowStride) + (x * channels);
                for (var c = 0; c < channels; c++)
                {
                    var row = rows + (channels == 3 ? c * Chunk : 0);
                    good &= QuantizeRow(header, scale, offset, source + (((((long)c * height) + first) * width) + x), row, taken * count);
                    if (channels != 3)
                        InterleaveOne(row, to + c, channels, taken, count, rowStride);
                }

                for (var y = 0; channels == 3 && y < taken; y++)
                    InterleaveThree(rows + (y * count), to + (y * rowStride), count);
            }
        }

        return good;
    }

    private static void InterleaveOne(byte* rows, byte* target, int channels, int height, int width, int rowStride)
    {
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                target[(y * rowStride) + (x * channels)] = rows[(y * width) + x];
        }
    }

    // 16 columns are three vectors; each takes what it needs of each channel, and 255 takes nothing.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InterleaveThree(byte* rows, byte* target, int count)
    {
        var i = 0;
        for (var next = 0; next < count && count >= 16; next += 16)
        {
            i = Math.Min(next, count - 16);
            var (a, b, c) = (*(Vector128<byte>*)(rows + i), *(Vector128<byte>*)(rows + Chunk + i), *(Vector128<byte>*)(rows + (2 * Chunk) + i));
            var to = (Vector128<byte>*)(target + (3 * i));
            to[0] = Vector128.Shuffle(a, Vector128.Create((byte)0, 255, 255, 1, 255, 255, 2, 255, 255, 3, 255, 255, 4, 255, 255, 5))
                | Vector128.Shuffle(b, Vector128.Create((byte)255, 0, 255, 255, 1, 255, 255, 2, 255, 255, 3, 255, 255, 4, 255, 255))
                | Vector128.Shuffle(c, Vector128.Create((byte)255, 255, 0, 255, 255, 1, 255, 255, 2, 255, 255, 3, 255, 255, 4, 255));
            to[1] = Vector128.Shuffle(a, Vector128.Create((byte)255, 255, 6, 255, 255, 7, 255, 255, 8, 255, 255, 9, 255, 255, 10, 255))
                | Vector128.Shuffle(b, Vector128.Create((byte)5, 255, 255, 6, 255, 255, 7, 255, 255, 8, 255, 255, 9, 255, 255, 10))
                | Vector128.Shuffle(c, Vector128.Create((byte)255, 5, 255, 255, 6, 255, 255, 7, 255, 255, 8, 255, 255, 9, 255, 255));
            to[2] = Vector128.Shuffle(a, Vector128.Create((byte)255, 11, 255, 255, 12, 255, 255, 13, 255, 255, 14, 255, 255, 15, 255, 255))
                | Vector128.Shuffle(b, Vector128.Create((byte)255, 255, 11, 255, 255, 12, 255, 255, 13, 255, 255, 14, 255, 255, 15, 255))
                | Vector128.Shuffle(c, Vector128.Create((byte)10, 255, 255, 11, 255, 255, 12, 255, 255, 13, 255, 255, 14, 255, 255, 15));
        }

        for (i = count >= 16 ? count : 0; i < count; i++)
            (target[3 * i], target[(3 * i) + 1], target[(3 * i) + 2]) = (rows[i], rows[Chunk + i], rows[(2 * Chunk) + i]);
    }

    /// <summary>Quantizes values that follow each other, or stored bytes; false when a value is NaN or infinite.</summary>
    internal static bool QuantizeRow(NodeHeader* header, float* source, byte* target, int count) =>
        QuantizeRow(header, 0, 0, source, target, count);

    /// <inheritdoc cref="QuantizeRow(NodeHeader*, float*, byte*, int)"/>
    /// <remarks>The last vector overlaps the one before: what is computed twice gives the same.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool QuantizeRow<T>(NodeHeader* header, float scale, float offset, T* source, byte* target, int count)
        where T : unmanaged
    {
        var i = 0;
        var inverse = header->InverseScale;
        var zeroPoint = header->ZeroPoint;
        if (Avx512BW.IsSupported && count >= 16)
        {
            var (scales, offsets) = (Vector512.Create(scale), Vector512.Create(offset));
            var (inverses, zeroPoints) = (Vector512.Create(inverse), Vector512.Create((short)zeroPoint));
            // Each for itself: one would wait for another.
            var (watched, watchedB, watchedC, watchedD) =
                (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            for (; i <= count - 64; i += 64)
            {
                var a = InputVectors.Load(source + i, scales, offsets);
                var b = InputVectors.Load(source + i + 16, scales, offsets);
                var c = InputVectors.Load(source + i + 32, scales, offsets);
                var d = InputVectors.Load(source + i + 48, scales, offsets);
                watched = InputVectors.Watch(watched, a);
                watchedB = InputVectors.Watch(watchedB, b);
                watchedC = InputVectors.Watch(watchedC, c);
                watchedD = InputVectors.Watch(watchedD, d);
                var packed = InputVectors.Pack(InputVectors.Steps(a, inverses), InputVectors.Steps(b, inverses),
                    InputVectors.Steps(c, inverses), InputVectors.Steps(d, inverses), zeroPoints);
                *(Vector512<int>*)(target + i) = Avx512F.PermuteVar16x32(packed.AsInt32(),
                    Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
            }

            for (var next = i; next < count; next += 16)
            {
                i = Math.Min(next, count - 16);
                var values = InputVectors.Load(source + i, scales, offsets);
                watched = InputVectors.Watch(watched, values);
                var q = Vector512.Min(InputVectors.Steps(values, inverses), Vector512.Create(Far)) + Vector512.Create(zeroPoint);
                q = Vector512.Min(Vector512.Max(q, Vector512<int>.Zero), Vector512.Create(255));
                *(Vector128<byte>*)(target + i) = Avx512F.ConvertToVector128Byte(q);
            }

            return InputVectors.IsFinite(watched + watchedB + watchedC + watchedD);
        }
        else if (Avx2.IsSupported && count >= 8)
        {
            var finite = Vector256<int>.AllBitsSet;
            for (var next = 0; next < count; next += 8)
            {
                i = Math.Min(next, count - 8);
                var values = InputVectors.Load8(source + i, scale, offset);
                finite &= Vector256.LessThan(Vector256.Abs(values), Vector256.Create(float.PositiveInfinity)).AsInt32();
                var rounded = Avx.ConvertToVector256Int32(Avx.Min(values * Vector256.Create(inverse), Vector256.Create(InputVectors.Largest)));
                var q = Vector256.Min(rounded, Vector256.Create(Far)) + Vector256.Create(zeroPoint);
                q = Vector256.Min(Vector256.Max(q, Vector256<int>.Zero), Vector256.Create(255));
                var words = Sse2.PackSignedSaturate(q.GetLower(), q.GetUpper());
                *(long*)(target + i) = Sse2.PackUnsignedSaturate(words, words).AsInt64().ToScalar();
            }

            return finite == Vector256<int>.AllBitsSet;
        }

        var good = true;
        for (; i < count; i++)
        {
            var value = typeof(T) == typeof(float) ? ((float*)source)[i] : QuantizedMath.FromByte(((byte*)source)[i], scale, offset);
            good &= float.IsFinite(value);
            target[i] = QuantizedMath.Quantize(value, inverse, zeroPoint);
        }

        return good;
    }
}
