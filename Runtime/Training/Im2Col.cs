using CompileTime.Shared;

namespace CompileTime.Training;

/// <summary>
/// A convolution's windows as a matrix [channels * kernelHeight * kernelWidth, outputHeight * outputWidth], which turns it into a
/// product of matrices, and the way back for gradients.
/// </summary>
internal sealed class Im2Col(int channels, int height, int width, Window window)
{
    private readonly int _outHeight = window.OutputHeight(height);
    private readonly int _outWidth = window.OutputWidth(width);

    /// <summary>One tap that does not move: the image is the matrix.</summary>
    public bool IsIdentity { get; } = MemoryRules.IsIdentity(window);

    public int Rows { get; } = checked(channels * window.Taps);

    public int Columns => checked(_outHeight * _outWidth);

    /// <summary>Numbers of the matrix.</summary>
    public long Length => (long)Rows * Columns;

    /// <summary>Padding becomes zeros.</summary>
    public unsafe void Gather(ReadOnlySpan<float> image, Span<float> columns)
    {
        Require(image.Length, columns.Length);
        fixed (float* source = image, target = columns)
        {
            var row = target;
            var (outHeight, outWidth, strideHeight, strideWidth) = (_outHeight, _outWidth, window.StrideHeight, window.StrideWidth);
            for (var c = 0; c < channels; c++)
            {
                for (var tap = 0; tap < window.Taps; tap++)
                {
                    var (y, x, first, last) = Place(tap);
                    for (var oy = 0; oy < outHeight; oy++, y += strideHeight, row += outWidth)
                    {
                        if ((uint)y >= (uint)height || last - first < outWidth)
                            new Span<float>(row, outWidth).Clear();
                        if ((uint)y >= (uint)height)
                            continue;
                        var from = source + (((((nint)c * height) + y) * width) + x);
                        if (strideWidth == 1)
                        {
                            RowMath.Copy(from, row + first, last - first);
                            continue;
                        }

                        for (var ox = first; ox < last; ox++, from += strideWidth)
                            row[ox] = *from;
                    }
                }
            }
        }
    }

    /// <summary>image += what each of its elements contributed to; padding's share is dropped.</summary>
    public unsafe void Scatter(ReadOnlySpan<float> columns, Span<float> image)
    {
        Require(image.Length, columns.Length);
        fixed (float* source = columns, target = image)
        {
            var row = source;
            var (outHeight, outWidth, strideHeight, strideWidth) = (_outHeight, _outWidth, window.StrideHeight, window.StrideWidth);
            for (var c = 0; c < channels; c++)
            {
                for (var tap = 0; tap < window.Taps; tap++)
                {
                    var (y, x, first, last) = Place(tap);
                    for (var oy = 0; oy < outHeight; oy++, y += strideHeight, row += outWidth)
                    {
                        if ((uint)y >= (uint)height)
                            continue;
                        var to = target + (((((nint)c * height) + y) * width) + x);
                        if (strideWidth == 1)
                        {
                            RowMath.Add(row + first, to, last - first);
                            continue;
                        }

                        for (var ox = first; ox < last; ox++, to += strideWidth)
                            *to += row[ox];
                    }
                }
            }
        }
    }

    // Below are pointers: one check here instead of one per row.
    private void Require(int image, int columns)
    {
        if (image < (long)channels * height * width || columns < Length)
            throw new InvalidOperationException($"An image of {image} elements and a matrix of {columns} do not fit this convolution.");
    }

    /// <summary>Where a tap starts: its image row for the first output row, its image column for output column First, and the columns
    /// inside.</summary>
    private (int Y, int X, int First, int Last) Place(int tap)
    {
        var kx = tap % window.KernelWidth;
        var (first, last) = Inside(kx);
        return ((tap / window.KernelWidth * window.DilationHeight) - window.Top,
            (first * window.StrideWidth) - window.Left + (kx * window.DilationWidth), first, last);
    }

    /// <summary>The output columns for which tap <paramref name="kx"/> lies inside the image.</summary>
    private (int First, int Last) Inside(int kx)
    {
        var offset = (kx * window.DilationWidth) - window.Left;
        var first = offset >= 0 ? 0 : (-offset + window.StrideWidth - 1) / window.StrideWidth;
        var last = width - 1 - offset < 0 ? 0 : ((width - 1 - offset) / window.StrideWidth) + 1;
        first = Math.Min(first, _outWidth);
        return (first, Math.Clamp(last, first, _outWidth));
    }
}
