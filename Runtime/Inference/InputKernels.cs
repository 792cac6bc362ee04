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

    /// <summary>Quantizes one sample; false when a value is NaN or infinite.</summary>
    /// <param name="header">Scale and zero point.</param>
    /// <param name="source">Values, <c>[channels, height, width]</c>.</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="channels">Channels; features of a vector.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="rowStride">Bytes from one row of the result to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Quantize(NodeHeader* header, float* source, byte* target, int channels, int height, int width, int rowStride)
    {
        if (channels == 1 && rowStride == width)
            return QuantizeRow(header, source, target, height * width);
        if (height * width == 1)
            return QuantizeRow(header, source, target, channels);
        var good = true;
        if (channels == 1)
        {
            for (var y = 0; y < height; y++)
                good &= QuantizeRow(header, source + (y * width), target + (y * rowStride), width);
            return good;
        }

        // A row of each channel at a time, then interleaved.
        var row = stackalloc byte[Math.Min(width, 1024)];
        for (var c = 0; c < channels; c++)
        {
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x += 1024)
                {
                    var count = Math.Min(1024, width - x);
                    good &= QuantizeRow(header, source + (((c * height) + y) * width) + x, row, count);
                    var to = target + (y * rowStride) + (x * channels) + c;
                    for (var i = 0; i < count; i++)
                        to[i * channels] = row[i];
                }
            }
        }

        return good;
    }

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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Quantize(NodeHeader* header, float scale, float offset, byte* source, byte* target, int channels, int height,
        int width, int rowStride)
    {
        const int Chunk = 256;
        var values = stackalloc float[Chunk];
        var bytes = stackalloc byte[Chunk];
        var direct = channels == 1 || height * width == 1;
        var rows = direct && rowStride == width * channels ? 1 : height;
        var length = rows == 1 ? height * width * (direct ? channels : 1) : width;
        for (var c = 0; c < (direct ? 1 : channels); c++)
        {
            for (var y = 0; y < rows; y++)
            {
                for (var x = 0; x < length; x += Chunk)
                {
                    var count = Math.Min(Chunk, length - x);
                    var from = source + ((((long)c * height) + y) * width) + x;
                    ToFloat(from, values, count, scale, offset);
                    if (direct)
                    {
                        QuantizeRow(header, values, target + (y * rowStride) + x, count);
                        continue;
                    }

                    QuantizeRow(header, values, bytes, count);
                    var to = target + (y * rowStride) + (x * channels) + c;
                    for (var i = 0; i < count; i++)
                        to[i * channels] = bytes[i];
                }
            }
        }
    }

    // The last vector of a row overlaps the one before: what is computed twice gives the same.
    // Two roundings, never a fused multiply-add: the same value as training sees.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void ToFloat(byte* source, float* target, int count, float scale, float offset)
    {
        var i = 0;
        if (Avx512F.IsSupported && count >= 16)
        {
            for (var next = 0; next < count; next += 16)
            {
                i = Math.Min(next, count - 16);
                var value = Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(*(Vector128<byte>*)(source + i)));
                *(Vector512<float>*)(target + i) = (value * Vector512.Create(scale)) + Vector512.Create(offset);
            }

            return;
        }
        else if (Avx2.IsSupported && count >= 8)
        {
            for (var next = 0; next < count; next += 8)
            {
                i = Math.Min(next, count - 8);
                var value = Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(source + i));
                *(Vector256<float>*)(target + i) = (value * Vector256.Create(scale)) + Vector256.Create(offset);
            }

            return;
        }

        for (; i < count; i++)
            target[i] = (source[i] * scale) + offset;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool QuantizeRow(NodeHeader* header, float* source, byte* target, int count)
    {
        var i = 0;
        var inverse = header->InverseScale;
        var zeroPoint = header->ZeroPoint;
        var good = true;
        if (Avx512BW.IsSupported && count >= 16)
        {
            var inverses = Vector512.Create(inverse);
            var zeroPoints = Vector512.Create((short)zeroPoint);
            // Each for itself: one would wait for another.
            var (watched, watchedB, watchedC, watchedD) =
                (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            for (; i <= count - 64; i += 64)
            {
                var values = (Vector512<float>*)(source + i);
                var (a, b, c, d) = (values[0], values[1], values[2], values[3]);
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
                var values = *(Vector512<float>*)(source + i);
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
                var value = *(Vector256<float>*)(source + i);
                finite &= Vector256.LessThan(Vector256.Abs(value), Vector256.Create(float.PositiveInfinity)).AsInt32();
                var rounded = Avx.ConvertToVector256Int32(Avx.Min(value * Vector256.Create(inverse), Vector256.Create(InputVectors.Largest)));
                var q = Vector256.Min(rounded, Vector256.Create(Far)) + Vector256.Create(zeroPoint);
                q = Vector256.Min(Vector256.Max(q, Vector256<int>.Zero), Vector256.Create(255));
                var words = Sse2.PackSignedSaturate(q.GetLower(), q.GetUpper());
                *(long*)(target + i) = Sse2.PackUnsignedSaturate(words, words).AsInt64().ToScalar();
            }

            return finite == Vector256<int>.AllBitsSet;
        }

        for (; i < count; i++)
        {
            good &= float.IsFinite(source[i]);
            target[i] = QuantizedMath.Quantize(source[i], inverse, zeroPoint);
        }

        return good;
    }
}
