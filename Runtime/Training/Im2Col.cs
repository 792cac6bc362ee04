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
    public bool IsIdentity { get; } = window is { Taps: 1, StrideHeight: 1, StrideWidth: 1, HasPadding: false };

    public int Rows { get; } = channels * window.Taps;

    public int Columns => _outHeight * _outWidth;

    /// <summary>Padding becomes zeros.</summary>
    public void Gather(ReadOnlySpan<float> image, Span<float> columns)
    {
        var at = 0;
        for (var c = 0; c < channels; c++)
        {
            var plane = image.Slice(c * height * width, height * width);
            for (var ky = 0; ky < window.KernelHeight; ky++)
            {
                for (var kx = 0; kx < window.KernelWidth; kx++)
                {
                    var (first, last) = Inside(kx);
                    for (var oy = 0; oy < _outHeight; oy++, at += _outWidth)
                    {
                        var row = columns.Slice(at, _outWidth);
                        var y = (oy * window.StrideHeight) - window.Top + (ky * window.DilationHeight);
                        if ((uint)y >= (uint)height || first >= last)
                        {
                            row.Clear();
                            continue;
                        }

                        row[..first].Clear();
                        row[last..].Clear();
                        var x = (y * width) + (first * window.StrideWidth) - window.Left + (kx * window.DilationWidth);
                        if (window.StrideWidth == 1)
                        {
                            plane.Slice(x, last - first).CopyTo(row[first..]);
                            continue;
                        }

                        for (var ox = first; ox < last; ox++, x += window.StrideWidth)
                            row[ox] = plane[x];
                    }
                }
            }
        }
    }

    /// <summary>image += what each of its elements contributed to; padding's share is dropped.</summary>
    public void Scatter(ReadOnlySpan<float> columns, Span<float> image)
    {
        var at = 0;
        for (var c = 0; c < channels; c++)
        {
            var plane = image.Slice(c * height * width, height * width);
            for (var ky = 0; ky < window.KernelHeight; ky++)
            {
                for (var kx = 0; kx < window.KernelWidth; kx++)
                {
                    var (first, last) = Inside(kx);
                    for (var oy = 0; oy < _outHeight; oy++, at += _outWidth)
                    {
                        var y = (oy * window.StrideHeight) - window.Top + (ky * window.DilationHeight);
                        if ((uint)y >= (uint)height || first >= last)
                            continue;
                        var row = columns.Slice(at, _outWidth);
                        var x = (y * width) + (first * window.StrideWidth) - window.Left + (kx * window.DilationWidth);
                        if (window.StrideWidth == 1)
                        {
                            VectorMath.AddTo(row[first..last], plane.Slice(x, last - first));
                            continue;
                        }

                        for (var ox = first; ox < last; ox++, x += window.StrideWidth)
                            plane[x] += row[ox];
                    }
                }
            }
        }
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
