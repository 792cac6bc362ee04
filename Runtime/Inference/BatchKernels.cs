using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CompileTime.Inference;

/// <summary>
/// Input and output of batches over planes: what the application has as 64 rows of features is here a row of 64 samples for each
/// feature.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe partial class BatchKernels
{
    private const int Samples = 64;

    // Features at a time: their bytes lie on the stack before they are turned.
    private const int Chunk = 256;

    /// <summary>Quantizes 64 samples; false when a value is NaN or infinite.</summary>
    /// <param name="header">Scale and zero point.</param>
    /// <param name="source">Values, <c>[64, features]</c>.</param>
    /// <param name="target">The result, <c>[features, 64]</c>.</param>
    /// <param name="features">Features of a sample.</param>
    public static bool Quantize(NodeHeader* header, float* source, byte* target, int features) => Run(header, 0, 0, source, target, features);

    /// <summary>Quantizes 64 samples of stored bytes: byte b stands for b * scale + offset.</summary>
    /// <param name="header">Scale and zero point.</param>
    /// <param name="scale">What one step of a byte is worth.</param>
    /// <param name="offset">The value of byte 0.</param>
    /// <param name="source">Bytes, <c>[64, features]</c>.</param>
    /// <param name="target">The result, <c>[features, 64]</c>.</param>
    /// <param name="features">Features of a sample.</param>
    public static void Quantize(NodeHeader* header, float scale, float offset, byte* source, byte* target, int features) =>
        Run(header, scale, offset, source, target, features);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Run<T>(NodeHeader* header, float scale, float offset, T* source, byte* target, int features)
        where T : unmanaged
    {
        if (Avx512BW.IsSupported && features >= Block)
            return QuantizeBlocks(header, scale, offset, source, target, features);
        var rows = stackalloc byte[Samples * Chunk];
        var good = true;
        for (var first = 0; first < features; first += Chunk)
        {
            var count = Math.Min(Chunk, features - first);
            for (var sample = 0; sample < Samples; sample++)
                good &= InputKernels.QuantizeRow(header, scale, offset, source + ((long)sample * features) + first, rows + (sample * Chunk), count);
            Turn(rows, Chunk, target + (first * Samples), Samples, Samples, count);
        }

        return good;
    }

    /// <summary>Dequantizes 64 samples.</summary>
    /// <param name="header">Scale and zero point.</param>
    /// <param name="source">Bytes, <c>[features, 64]</c>.</param>
    /// <param name="target">Values, <c>[64, features]</c>.</param>
    /// <param name="features">Features of a sample.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Dequantize(NodeHeader* header, byte* source, float* target, int features)
    {
        if (Avx512BW.IsSupported)
        {
            DequantizeBlocks(header, source, target, features);
            return;
        }

        var rows = stackalloc byte[Samples * Chunk];
        for (var first = 0; first < features; first += Chunk)
        {
            var count = Math.Min(Chunk, features - first);
            Turn(source + (first * Samples), Samples, rows, Chunk, count, Samples);
            for (var sample = 0; sample < Samples; sample++)
                OutputKernels.DequantizeRow(header, rows + (sample * Chunk), target + ((long)sample * features) + first, count);
        }
    }

    /// <summary>Rows become columns.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn(byte* source, int sourceStride, byte* target, int targetStride, int rows, int columns)
    {
        var (wholeRows, wholeColumns) = Sse2.IsSupported ? (rows & -16, columns & -16) : (0, 0);
        for (var row = 0; row < wholeRows; row += 16)
        {
            for (var column = 0; column < wholeColumns; column += 16)
                TurnBlock(source + (row * sourceStride) + column, sourceStride, target + (column * targetStride) + row, targetStride);
        }

        for (var row = 0; row < rows; row++)
        {
            for (var column = row < wholeRows ? wholeColumns : 0; column < columns; column++)
                target[(column * targetStride) + row] = source[(row * sourceStride) + column];
        }
    }

    // 16 x 16 bytes: interleaving row i with row i + 8 four times brings every byte of a column together.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TurnBlock(byte* source, int sourceStride, byte* target, int targetStride)
    {
        var a = stackalloc Vector128<byte>[16];
        var b = stackalloc Vector128<byte>[16];
        for (var i = 0; i < 16; i++)
            a[i] = *(Vector128<byte>*)(source + (i * sourceStride));
        for (var step = 0; step < 4; step++)
        {
            for (var i = 0; i < 8; i++)
            {
                b[2 * i] = Sse2.UnpackLow(a[i], a[i + 8]);
                b[(2 * i) + 1] = Sse2.UnpackHigh(a[i], a[i + 8]);
            }

            var turned = b;
            b = a;
            a = turned;
        }

        for (var i = 0; i < 16; i++)
            *(Vector128<byte>*)(target + (i * targetStride)) = a[i];
    }
}
