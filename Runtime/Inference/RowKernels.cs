using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace CompileTime.Inference;

/// <summary>Which rows of a layer's input the rows of its result read.</summary>
/// <param name="RowStride">Bytes from one row of the input to the next, border included.</param>
/// <param name="Rows">Rows of the input that are read, border included.</param>
/// <param name="Step">Rows of the input from what one row of the result reads to what the next one reads.</param>
/// <param name="KernelHeight">Rows that one row of the result reads.</param>
/// <param name="Dilation">Their distance.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct RowGeometry(int RowStride, int Rows, int Step, int KernelHeight, int Dilation);

/// <summary>
/// Chooses between the two texts of a layer: the fast one, which is exact while no byte of the input is above a limit, and the wide one,
/// which is exact for all. Calibrated values stay below the limit but for a few, so the choice is made row by row.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class RowKernels
{
    // On the stack, a byte each.
    private const int MostRows = 4096;

    /// <summary>Computes all rows of a layer.</summary>
    /// <param name="fast">Computes rows of the result, from one to before another, in int16.</param>
    /// <param name="wide">The same for all bytes.</param>
    /// <param name="header">The layer's header.</param>
    /// <param name="w">Packed weights.</param>
    /// <param name="s">Scratch memory.</param>
    /// <param name="first">The first row that is read.</param>
    /// <param name="input">The rows that are read.</param>
    /// <param name="rows">Rows of the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(delegate*<byte*, byte*, int, int, void> fast, delegate*<byte*, byte*, int, int, void> wide, NodeHeader* header,
        byte* w, byte* s, byte* first, in RowGeometry input, int rows)
    {
        var limit = header->FastLimit;
        if (limit == byte.MaxValue || !ElementKernels.AnyAbove(first, input.Rows * input.RowStride, limit))
            fast(w, s, 0, rows);
        else if (rows == 1 || input.Rows > MostRows)
            wide(w, s, 0, rows);
        else
            ByRows(fast, wide, w, s, first, input, rows, limit);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ByRows(delegate*<byte*, byte*, int, int, void> fast, delegate*<byte*, byte*, int, int, void> wide, byte* w, byte* s,
        byte* first, in RowGeometry input, int rows, int limit)
    {
        var above = stackalloc bool[input.Rows];
        for (var row = 0; row < input.Rows; row++)
            above[row] = ElementKernels.AnyAbove(first + ((long)row * input.RowStride), input.RowStride, limit);
        for (var row = 0; row < rows;)
        {
            var isWide = IsWide(above, row, input);
            var end = row + 1;
            while (end < rows && IsWide(above, end, input) == isWide)
                end++;
            (isWide ? wide : fast)(w, s, row, end);
            row = end;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsWide(bool* above, int row, in RowGeometry input)
    {
        for (var tap = 0; tap < input.KernelHeight; tap++)
        {
            if (above[(row * input.Step) + (tap * input.Dilation)])
                return true;
        }

        return false;
    }
}
