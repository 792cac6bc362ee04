using System.ComponentModel;
using System.Runtime.CompilerServices;
using CompileTime.Shared;

namespace CompileTime.Inference;

/// <summary>
/// Pools over float values with channels last: along the channels, so that every channel's sum has the order of the interpreter's.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class FloatPoolKernels
{
    /// <summary>Largest value of each window; padding never wins, NaN does.</summary>
    /// <param name="source">Element (0, 0) of the input.</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="input">Geometry of the input.</param>
    /// <param name="output">Geometry of the result.</param>
    /// <param name="window">The sliding window.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Max(byte* source, byte* target, in ImageGeometry input, in ImageGeometry output, in WindowGeometry window)
    {
        for (var y = 0; y < output.Height; y++)
        {
            for (var x = 0; x < output.Width; x++)
            {
                var to = (float*)(target + (y * output.RowStride)) + (x * output.Channels);
                new Span<float>(to, output.Channels).Fill(float.NegativeInfinity);
                for (var i = 0; i < window.KernelHeight; i++)
                {
                    var row = (y * window.StrideHeight) - window.Top + (i * window.DilationHeight);
                    if ((uint)row >= (uint)input.Height)
                        continue;
                    for (var j = 0; j < window.KernelWidth; j++)
                    {
                        var column = (x * window.StrideWidth) - window.Left + (j * window.DilationWidth);
                        if ((uint)column >= (uint)input.Width)
                            continue;
                        var from = (float*)(source + (row * input.RowStride)) + (column * input.Channels);
                        for (var c = 0; c < output.Channels; c++)
                            to[c] = MathF.Max(to[c], from[c]);
                    }
                }
            }
        }
    }

    /// <summary>Mean of each window.</summary>
    /// <param name="source">Element (0, 0) of the input.</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="input">Geometry of the input.</param>
    /// <param name="output">Geometry of the result.</param>
    /// <param name="window">The sliding window.</param>
    /// <param name="countIncludePad">Whether padding counts in the divisor.</param>
    /// <param name="divisor">The divisor; 0 for the number of elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Average(byte* source, byte* target, in ImageGeometry input, in ImageGeometry output, in WindowGeometry window,
        bool countIncludePad, int divisor)
    {
        for (var y = 0; y < output.Height; y++)
        {
            var rows = PoolWindow.Of(y, window.StrideHeight, window.KernelHeight, window.Top, window.Bottom, input.Height);
            for (var x = 0; x < output.Width; x++)
            {
                var columns = PoolWindow.Of(x, window.StrideWidth, window.KernelWidth, window.Left, window.Right, input.Width);
                var count = divisor != 0 ? divisor
                    : countIncludePad ? rows.PaddedLength * columns.PaddedLength
                    : rows.Length * columns.Length;
                Mean(source, (float*)(target + (y * output.RowStride)) + (x * output.Channels), input, rows, columns, count);
            }
        }
    }

    /// <summary>Mean over windows that together cover the image.</summary>
    /// <param name="source">Element (0, 0) of the input.</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="input">Geometry of the input.</param>
    /// <param name="output">Geometry of the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AdaptiveAverage(byte* source, byte* target, in ImageGeometry input, in ImageGeometry output)
    {
        for (var y = 0; y < output.Height; y++)
        {
            var rows = PoolWindow.Adaptive(y, output.Height, input.Height);
            for (var x = 0; x < output.Width; x++)
            {
                var columns = PoolWindow.Adaptive(x, output.Width, input.Width);
                Mean(source, (float*)(target + (y * output.RowStride)) + (x * output.Channels), input, rows, columns,
                    rows.Length * columns.Length);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mean(byte* source, float* to, in ImageGeometry input, PoolWindow rows, PoolWindow columns, int divisor)
    {
        new Span<float>(to, input.Channels).Clear();
        for (var h = rows.Start; h < rows.End; h++)
        {
            for (var w = columns.Start; w < columns.End; w++)
            {
                var from = (float*)(source + (h * input.RowStride)) + (w * input.Channels);
                for (var c = 0; c < input.Channels; c++)
                    to[c] += from[c];
            }
        }

        for (var c = 0; c < input.Channels; c++)
            to[c] /= divisor;
    }
}
