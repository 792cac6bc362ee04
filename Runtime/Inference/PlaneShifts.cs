using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CompileTime.Inference;

/// <summary>How the planes that a convolution reads are made of its input (PlanarLayout).</summary>
/// <param name="Rows">Rows of a plane.</param>
/// <param name="Width">Bytes of a row.</param>
/// <param name="Phases">Bit r: there are planes of the rows with remainder r by the vertical stride.</param>
/// <param name="Columns">Bit c: there are planes that begin at column c of the kernel.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct PlanesGeometry(int Rows, int Width, long Phases, long Columns);

/// <summary>Copies a convolution's input into the planes that it reads, padding included, and cuts its result.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class PlaneShifts
{
    // How far vectors may be read before and behind a value: the planner leaves as much room around it (BufferPlan).
    private const int Before = 64;
    private const int Behind = 128;

    // On the stack.
    private const int MostMasks = 48 << 10;

    /// <summary>Copies all channels.</summary>
    /// <param name="header">Zero point of the value: what padding is.</param>
    /// <param name="source">The value's planes.</param>
    /// <param name="target">The planes, in the order channel, phase, column.</param>
    /// <param name="input">Geometry of the value.</param>
    /// <param name="planes">Geometry of the planes.</param>
    /// <param name="window">The kernel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(NodeHeader* header, byte* source, byte* target, in ImageGeometry input, in PlanesGeometry planes,
        in WindowGeometry window)
    {
        var zeroPoint = (byte)header->ZeroPoint;
        var elements = (input.Height * input.Width + 63) / 64 * 64;
        var columns = BitOperations.PopCount((ulong)planes.Columns);
        var isWhole = Vector512.IsHardwareAccelerated && window is { StrideHeight: 1, StrideWidth: 1 } && planes.Width == input.Width
            && window.Left <= Before && (window.KernelWidth - 1) * window.DilationWidth <= Behind && columns * elements <= MostMasks;
        var masks = stackalloc byte[isWhole ? columns * elements : 0];
        if (isWhole)
            Masks(masks, elements, input, planes, window);
        for (var channel = 0; channel < input.Channels; channel++, source += input.Height * input.Width)
        {
            for (var phases = planes.Phases; phases != 0; phases &= phases - 1)
            {
                var column = 0;
                for (var left = planes.Columns; left != 0; left &= left - 1, column++, target += planes.Rows * planes.Width)
                {
                    var shift = BitOperations.TrailingZeroCount(left) - window.Left;
                    if (isWhole)
                        Whole(source, target, masks + (column * elements), input, planes.Rows, window.Top, shift, zeroPoint);
                    else
                        ByRows(source, target, input, planes, window, BitOperations.TrailingZeroCount(phases), shift, zeroPoint);
                }
            }
        }
    }

    /// <summary>Puts the beginnings of rows behind each other.</summary>
    /// <param name="source">Rows, too long.</param>
    /// <param name="target">Rows without a gap; up to a vector is written past the last one.</param>
    /// <param name="rows">How many.</param>
    /// <param name="width">Bytes of a row that stay.</param>
    /// <param name="stride">Bytes from one row of the source to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Cut(byte* source, byte* target, int rows, int width, int stride)
    {
        for (var row = 0; row < rows; row++, source += stride, target += width)
        {
            // What spills over the end of the row is overwritten by the next one.
            for (var x = 0; x < width; x += 16)
                *(Vector128<byte>*)(target + x) = *(Vector128<byte>*)(source + x);
        }
    }

    // 255 where a column of the kernel reads inside the input's row, 0 where it would read the row beside it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Masks(byte* masks, int elements, in ImageGeometry input, in PlanesGeometry planes, in WindowGeometry window)
    {
        for (var left = planes.Columns; left != 0; left &= left - 1, masks += elements)
        {
            new Span<byte>(masks, elements).Fill(byte.MaxValue);
            var shift = BitOperations.TrailingZeroCount(left) - window.Left;
            var outside = Math.Min(Math.Abs(shift), input.Width);
            var first = shift < 0 ? 0 : input.Width - outside;
            for (var row = 0; row < input.Height; row++)
            {
                for (var i = 0; i < outside; i++)
                    masks[(row * input.Width) + first + i] = 0;
            }
        }
    }

    /// <summary>
    /// Rows as long as the input's are copied as if they were one: what comes from a neighbouring row is replaced by padding. What is
    /// written past the end is written again, or nobody's.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Whole(byte* source, byte* target, byte* masks, in ImageGeometry input, int rows, int top, int shift, byte zeroPoint)
    {
        var padding = Vector512.Create(zeroPoint);
        var above = top * input.Width;
        for (var i = 0; i < above; i += 64)
            *(Vector512<byte>*)(target + i) = padding;
        target += above;
        var elements = input.Height * input.Width;
        for (var i = 0; i < elements; i += 64)
        {
            *(Vector512<byte>*)(target + i) =
                Vector512.ConditionalSelect(*(Vector512<byte>*)(masks + i), *(Vector512<byte>*)(source + i + shift), padding);
        }

        for (var i = elements; i < (rows - top) * input.Width; i += 64)
            *(Vector512<byte>*)(target + i) = padding;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ByRows(byte* source, byte* target, in ImageGeometry input, in PlanesGeometry planes, in WindowGeometry window,
        int phase, int shift, byte zeroPoint)
    {
        // The columns of the result that read inside the input.
        var stride = window.StrideWidth;
        var first = shift >= 0 ? 0 : Math.Min((-shift + stride - 1) / stride, planes.Width);
        var last = Math.Clamp((input.Width - 1 - shift + stride) / stride, first, planes.Width);
        var isVector = Vector512.IsHardwareAccelerated && planes.Width <= 64 && stride <= 2 && shift >= -Before
            && (64 * stride) + shift <= input.Width + Behind;
        var isNarrow = isVector && planes.Width <= 16;
        var low = Vector512.Create((ushort)0x00FF);
        var padding = Vector512.Create(zeroPoint);
        var inside = isVector ? Between(first, last) : default; // without 512-bit vectors it would be a loop over bytes
        for (var row = 0; row < planes.Rows; row++, target += planes.Width)
        {
            var y = (row * window.StrideHeight) + phase - window.Top;
            if (y < 0 || y >= input.Height || first == last)
            {
                Unsafe.InitBlockUnaligned(target, zeroPoint, (uint)planes.Width);
                continue;
            }

            var from = source + (y * input.Width) + shift;
            if (!isVector)
            {
                Row(from, target, planes.Width, first, last, stride, zeroPoint);
                continue;
            }

            // What spills over the end of the row is overwritten by the next one: the less the better.
            if (isNarrow)
            {
                var few = stride == 1 ? *(Vector128<byte>*)from
                    : Vector128.Narrow(*(Vector128<ushort>*)from & low.GetLower().GetLower(), *(Vector128<ushort>*)(from + 16) & low.GetLower().GetLower());
                *(Vector128<byte>*)target = Vector128.ConditionalSelect(inside.GetLower().GetLower(), few, padding.GetLower().GetLower());
                continue;
            }

            var values = stride == 1 ? *(Vector512<byte>*)from
                : Vector512.Narrow(*(Vector512<ushort>*)from & low, *(Vector512<ushort>*)(from + 64) & low);
            *(Vector512<byte>*)target = Vector512.ConditionalSelect(inside, values, padding);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Between(int first, int last) =>
        Vector512.GreaterThanOrEqual(Vector512<byte>.Indices, Vector512.Create((byte)first))
        & Vector512.LessThan(Vector512<byte>.Indices, Vector512.Create((byte)last));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(byte* source, byte* target, int width, int first, int last, int stride, byte zeroPoint)
    {
        Unsafe.InitBlockUnaligned(target, zeroPoint, (uint)first);
        if (stride == 1)
        {
            Unsafe.CopyBlockUnaligned(target + first, source + first, (uint)(last - first));
        }
        else
        {
            for (var x = first; x < last; x++)
                target[x] = source[x * stride];
        }

        Unsafe.InitBlockUnaligned(target + last, zeroPoint, (uint)(width - last));
    }
}
