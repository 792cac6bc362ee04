using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CompileTime.Inference;

/// <summary>How the shifted planes of a convolution are made of its input (PlanarLayout).</summary>
/// <param name="Rows">Rows of a shifted plane.</param>
/// <param name="Width">Bytes of a row: columns of the result.</param>
/// <param name="Phases">Bit r: whether the rows with remainder r by the vertical stride are wanted.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct PlanesGeometry(int Rows, int Width, long Phases);

/// <summary>Copies a convolution's input into the shifted planes that it reads, padding included.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class PlaneShifts
{
    // How far vectors may be read before and behind a value: the planner leaves as much room around it (BufferPlan).
    private const int Before = 64;
    private const int Behind = 128;

    /// <summary>Copies all channels.</summary>
    /// <param name="header">Zero point of the value: what padding is.</param>
    /// <param name="source">The value's planes.</param>
    /// <param name="target">The shifted planes, in the order channel, phase, column of the kernel.</param>
    /// <param name="input">Geometry of the value.</param>
    /// <param name="planes">Geometry of the shifted planes.</param>
    /// <param name="window">The kernel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(NodeHeader* header, byte* source, byte* target, in ImageGeometry input, in PlanesGeometry planes,
        in WindowGeometry window)
    {
        var zeroPoint = (byte)header->ZeroPoint;
        var isWhole = Vector512.IsHardwareAccelerated && window is { StrideHeight: 1, StrideWidth: 1 } && planes.Width == input.Width
            && 64 % input.Width == 0 && window.Left <= Before && (window.KernelWidth - 1) * window.DilationWidth <= Behind;
        for (var channel = 0; channel < input.Channels; channel++, source += input.Height * input.Width)
        {
            for (var phase = 0; phase < window.StrideHeight; phase++)
            {
                if ((planes.Phases >> phase & 1) == 0)
                    continue;
                for (var column = 0; column < window.KernelWidth; column++, target += planes.Rows * planes.Width)
                {
                    var shift = (column * window.DilationWidth) - window.Left;
                    if (isWhole)
                        Whole(source, target, input, planes.Rows, window.Top, shift, zeroPoint);
                    else
                        ByRows(source, target, input, planes, window, phase, shift, zeroPoint);
                }
            }
        }
    }

    /// <summary>
    /// Rows that fill vectors exactly are copied as if they were one: what comes from a neighbouring row is replaced by padding. What
    /// is written past the end is written again, or nobody's.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Whole(byte* source, byte* target, in ImageGeometry input, int rows, int top, int shift, byte zeroPoint)
    {
        var padding = Vector512.Create(zeroPoint);
        var column = (Vector512<byte>.Indices & Vector512.Create((byte)(input.Width - 1))).AsSByte();
        var inside = Vector512.GreaterThanOrEqual(column, Vector512.Create((sbyte)Math.Min(-shift, 64)))
            & Vector512.LessThan(column, Vector512.Create((sbyte)Math.Clamp(input.Width - shift, 0, 64)));
        var (first, end) = (top * input.Width, (top + input.Height) * input.Width);
        for (var i = 0; i < first; i += 64)
            *(Vector512<byte>*)(target + i) = padding;
        for (var i = first; i < end; i += 64)
        {
            *(Vector512<byte>*)(target + i) =
                Vector512.ConditionalSelect(inside.AsByte(), *(Vector512<byte>*)(source + i - first + shift), padding);
        }

        for (var i = end; i < rows * input.Width; i += 64)
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
        var low = Vector512.Create((ushort)0x00FF);
        var padding = Vector512.Create(zeroPoint);
        var index = Vector512<byte>.Indices;
        var inside = Vector512.GreaterThanOrEqual(index, Vector512.Create((byte)first)) & Vector512.LessThan(index, Vector512.Create((byte)last));
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

            // What spills over the end of the row is overwritten by the next one.
            var values = stride == 1 ? *(Vector512<byte>*)from
                : Vector512.Narrow(*(Vector512<ushort>*)from & low, *(Vector512<ushort>*)(from + 64) & low);
            *(Vector512<byte>*)target = Vector512.ConditionalSelect(inside, values, padding);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
