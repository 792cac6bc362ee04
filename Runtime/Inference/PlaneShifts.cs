using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CompileTime.Inference;

/// <summary>How the planes that a convolution reads are made of its input (PlanarLayout).</summary>
/// <param name="Rows">Rows of a plane.</param>
/// <param name="Width">Bytes of a row.</param>
/// <param name="Phases">Bit r: there are planes of the rows with remainder r by the vertical stride.</param>
/// <param name="Columns">Bit c: there are planes that begin at column c of the kernel.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct PlanesGeometry(int Rows, int Width, long Phases, long Columns);

/// <summary>Copies a convolution's input into the planes that it reads, padding included, and cuts its result.</summary>
/// <remarks>
/// All stores are whole vectors in ascending order: what spills over the end of a row or a plane is overwritten by what follows it, and
/// behind the last plane there is room.
/// </remarks>
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
    [SkipLocalsInit]
    public static void Run(NodeHeader* header, byte* source, byte* target, in ImageGeometry input, in PlanesGeometry planes,
        in WindowGeometry window)
    {
        var zeroPoint = (byte)header->ZeroPoint;
        var elements = (input.Height * input.Width + 31) / 32 * 32;
        var columns = BitOperations.PopCount((ulong)planes.Columns);
        var isWhole = window is { StrideHeight: 1, StrideWidth: 1 } && planes.Width == input.Width
            && window.Left <= Before && (window.KernelWidth - 1) * window.DilationWidth <= Behind && columns * elements <= MostMasks;
        // Whole, several rows at once, or row by row. Plain locals: with a struct and an enum instead, all took up to 1.6 times the time.
        var several = isWhole ? 0 : RowsAtOnce(input, planes, window);
        var masks = stackalloc byte[isWhole ? columns * elements : several > 1 ? columns * Vector512<byte>.Count : 0];
        var places = Vector512<byte>.Zero;
        if (isWhole)
        {
            Masks(masks, elements, input, planes, window);
        }
        else if (several > 1)
        {
            places = Places((Vector512<byte>*)masks, several, input, planes, window);
        }

        for (var channel = 0; channel < input.Channels; channel++, source += input.Height * input.Width)
        {
            for (var phases = planes.Phases; phases != 0; phases &= phases - 1)
            {
                // The rows of the plane that lie in the input.
                var top = window.Top - BitOperations.TrailingZeroCount(phases);
                var first = Math.Min(Above(top, window.StrideHeight), planes.Rows);
                var last = Math.Clamp(Above(input.Height + top, window.StrideHeight), first, planes.Rows);
                var from = source + (((first * window.StrideHeight) - top) * input.Width);
                var column = 0;
                for (var left = planes.Columns; left != 0; left &= left - 1, column++, target += planes.Rows * planes.Width)
                {
                    var shift = BitOperations.TrailingZeroCount(left) - window.Left;
                    if (isWhole)
                        Whole(from + shift, target, masks + (column * elements), planes, first, last, zeroPoint);
                    else if (several > 1)
                        Several(from + shift, target, places, ((Vector512<byte>*)masks)[column], planes, several,
                            window.StrideHeight * input.Width, first, last, zeroPoint);
                    else
                        ByRows(from + shift, target, input, planes, window, first, last, shift, zeroPoint);
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
            for (var x = 0; x < width; x += 32)
                *(Vector256<byte>*)(target + x) = *(Vector256<byte>*)(source + x);
        }
    }

    // How many multiples of the stride lie below a number; none below zero.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Above(int number, int stride) => number <= 0 ? 0
        : stride == 1 ? number
        : stride == 2 ? (number + 1) >> 1
        : (number + stride - 1) / stride;

    // 255 where a column of the kernel reads inside the input's row, 0 where it would read the row beside it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Masks(byte* masks, int elements, in ImageGeometry input, in PlanesGeometry planes, in WindowGeometry window)
    {
        for (var left = planes.Columns; left != 0; left &= left - 1, masks += elements)
        {
            for (var i = 0; i < elements; i += 32)
                *(Vector256<byte>*)(masks + i) = Vector256<byte>.AllBitsSet;
            var shift = BitOperations.TrailingZeroCount(left) - window.Left;
            var outside = Math.Min(Math.Abs(shift), input.Width);
            var row = masks + (shift < 0 ? 0 : input.Width - outside);
            for (var end = masks + (input.Height * input.Width); row < end; row += input.Width)
            {
                for (var i = 0; i < outside; i++)
                    row[i] = 0;
            }
        }
    }

    // Rows as long as the input's are copied as if they were one: what comes from a neighbouring row is replaced by padding.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Whole(byte* source, byte* target, byte* masks, in PlanesGeometry planes, int first, int last, byte zeroPoint)
    {
        var padding = Vector256.Create(zeroPoint);
        Fill(target, first * planes.Width, padding);
        var inside = target + (first * planes.Width);
        var count = (last - first) * planes.Width;
        for (var i = 0; i < count; i += 32)
        {
            *(Vector256<byte>*)(inside + i) =
                Vector256.ConditionalSelect(*(Vector256<byte>*)(masks + i), *(Vector256<byte>*)(source + i), padding);
        }

        Fill(inside + count, (planes.Rows - last) * planes.Width, padding);
    }

    // How many rows of a plane one byte permute makes: those that a vector holds, if they are read from within two vectors. Less than two
    // is for another text.
    private static int RowsAtOnce(in ImageGeometry input, in PlanesGeometry planes, in WindowGeometry window)
    {
        var reach = (window.KernelWidth - 1) * window.DilationWidth;
        if (!Avx512Vbmi.IsSupported || window.Left > Before || reach - window.Left > input.Width)
            return 0;
        var (read, step) = (((planes.Width - 1) * window.StrideWidth) + 1, window.StrideHeight * input.Width);
        return Math.Min(64 / planes.Width, read > 128 ? 0 : ((128 - read) / step) + 1);
    }

    // Where the bytes of so many rows are, and for each column of the kernel 255 where rows of its plane read inside the input's. What is
    // behind the last row is left as the stack had it: every byte is a valid place, and what comes of it is only what the store spills.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<byte> Places(Vector512<byte>* masks, int rows, in ImageGeometry input, in PlanesGeometry planes, in WindowGeometry window)
    {
        var places = stackalloc byte[Vector512<byte>.Count];
        var columns = stackalloc byte[Vector512<byte>.Count];
        var (width, stride, step) = (planes.Width, window.StrideWidth, window.StrideHeight * input.Width);
        for (int row = 0, i = 0; row < rows; row++)
        {
            for (var column = 0; column < width; column++, i++)
                (places[i], columns[i]) = ((byte)((row * step) + (column * stride)), (byte)column);
        }

        var column64 = *(Vector512<byte>*)columns;
        for (var left = planes.Columns; left != 0; left &= left - 1, masks++)
        {
            var (begin, end) = Inside(BitOperations.TrailingZeroCount(left) - window.Left, input, planes, window);
            *masks = Vector512.GreaterThanOrEqual(column64, Vector512.Create((byte)begin)) & Vector512.LessThan(column64, Vector512.Create((byte)end));
        }

        return *(Vector512<byte>*)places;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Several(byte* source, byte* target, Vector512<byte> places, Vector512<byte> mask, in PlanesGeometry planes, int several,
        int step, int first, int last, byte zeroPoint)
    {
        var padding = Vector512.Create(zeroPoint);
        Fill(target, first * planes.Width, padding.GetLower());
        for (var row = first; row < last; row += several, source += several * step)
        {
            var bytes = Avx512Vbmi.PermuteVar64x8x2(*(Vector512<byte>*)source, places, *(Vector512<byte>*)(source + 64));
            bytes = Vector512.ConditionalSelect(mask, bytes, padding);
            if (several * planes.Width > 32)
                *(Vector512<byte>*)(target + (row * planes.Width)) = bytes;
            else
                *(Vector256<byte>*)(target + (row * planes.Width)) = bytes.GetLower();
        }

        Fill(target + (last * planes.Width), (planes.Rows - last) * planes.Width, padding.GetLower());
    }

    // The columns of a plane that read inside the input.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int Begin, int End) Inside(int shift, in ImageGeometry input, in PlanesGeometry planes, in WindowGeometry window)
    {
        var begin = Math.Min(Above(-shift, window.StrideWidth), planes.Width);
        return (begin, Math.Clamp(Above(input.Width - shift, window.StrideWidth), begin, planes.Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ByRows(byte* source, byte* target, in ImageGeometry input, in PlanesGeometry planes, in WindowGeometry window,
        int first, int last, int shift, byte zeroPoint)
    {
        var stride = window.StrideWidth;
        var (width, step) = (planes.Width, window.StrideHeight * input.Width);
        var (begin, end) = Inside(shift, input, planes, window);
        var padding = Vector256.Create(zeroPoint);
        Fill(target, (first * width) + begin, padding);
        target += first * width;
        // What is between the end of a row and the beginning of the next.
        var gap = width - end + begin;
        if (stride == 2 && end - begin <= 16 && gap <= 16)
        {
            for (var row = first; row < last; row++, source += step, target += width)
            {
                *(Vector128<byte>*)(target + begin) = Halve(source + (2 * begin));
                *(Vector128<byte>*)(target + end) = padding.GetLower();
            }
        }
        else if (stride == 1 && end - begin <= 32 && gap <= 16)
        {
            for (var row = first; row < last; row++, source += step, target += width)
            {
                *(Vector256<byte>*)(target + begin) = *(Vector256<byte>*)(source + begin);
                *(Vector128<byte>*)(target + end) = padding.GetLower();
            }
        }
        else
        {
            for (var row = first; row < last; row++, source += step, target += width)
            {
                Row(source, target, begin, end, stride);
                Fill(target + end, gap, padding);
            }
        }

        Fill(target, (planes.Rows - last) * width, padding);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(byte* source, byte* target, int begin, int end, int stride)
    {
        if (stride == 1)
        {
            for (var x = begin; x < end; x += 32)
                *(Vector256<byte>*)(target + x) = *(Vector256<byte>*)(source + x);
        }
        else if (stride == 2)
        {
            for (var x = begin; x < end; x += 16)
                *(Vector128<byte>*)(target + x) = Halve(source + (2 * x));
        }
        else
        {
            for (var x = begin; x < end; x++)
                target[x] = source[x * stride];
        }
    }

    // Every second of 32 bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Halve(byte* source)
    {
        var low = *(Vector128<ushort>*)source & Vector128.Create((ushort)0x00FF);
        var high = *(Vector128<ushort>*)(source + 16) & Vector128.Create((ushort)0x00FF);
        // One instruction instead of three; nothing saturates.
        return Sse2.IsSupported ? Sse2.PackUnsignedSaturate(low.AsInt16(), high.AsInt16()) : Vector128.Narrow(low, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(byte* target, int count, Vector256<byte> value)
    {
        for (var i = 0; i < count; i += 32)
            *(Vector256<byte>*)(target + i) = value;
    }
}
