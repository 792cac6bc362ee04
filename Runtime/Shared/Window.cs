namespace CompileTime.Shared;

/// <summary>How a convolution or pooling kernel slides: kernel, stride, padding on each side, dilation.</summary>
internal sealed record Window(
    int KernelHeight,
    int KernelWidth,
    int StrideHeight = 1,
    int StrideWidth = 1,
    int Top = 0,
    int Left = 0,
    int Bottom = 0,
    int Right = 0,
    int DilationHeight = 1,
    int DilationWidth = 1)
{
    /// <summary>Rows that one placement of the kernel covers, dilation included.</summary>
    public int ExtentHeight => (DilationHeight * (KernelHeight - 1)) + 1;

    /// <summary>Columns that one placement of the kernel covers, dilation included.</summary>
    public int ExtentWidth => (DilationWidth * (KernelWidth - 1)) + 1;

    public int Taps => KernelHeight * KernelWidth;

    public bool HasPadding => (Top | Left | Bottom | Right) != 0;

    /// <summary>All numbers are in range: positive kernel, stride and dilation, no negative padding, nothing absurdly large.</summary>
    public bool IsValid => In(KernelHeight, 1) && In(KernelWidth, 1) && In(StrideHeight, 1) && In(StrideWidth, 1)
        && In(Top, 0) && In(Left, 0) && In(Bottom, 0) && In(Right, 0) && In(DilationHeight, 1) && In(DilationWidth, 1);

    /// <summary>
    /// The number of output rows for an input of <paramref name="height"/> rows; zero or less when the kernel does not fit.
    /// </summary>
    public int OutputHeight(int height, bool ceilMode = false) =>
        OutputSize(height, Top, Bottom, ExtentHeight, StrideHeight, ceilMode);

    /// <summary>
    /// The number of output columns for an input of <paramref name="width"/> columns; zero or less when the kernel does not fit.
    /// </summary>
    public int OutputWidth(int width, bool ceilMode = false) =>
        OutputSize(width, Left, Right, ExtentWidth, StrideWidth, ceilMode);

    /// <summary>
    /// Whether every placement on an image of this size covers at least one of its elements; dilated pools may step over a small one.
    /// Assumes less padding than the kernel's extent, and that the kernel fits.
    /// </summary>
    public bool AlwaysCovers(Shape image) => AlwaysCovers(image.Height, Top, KernelHeight, StrideHeight, DilationHeight)
        && AlwaysCovers(image.Width, Left, KernelWidth, StrideWidth, DilationWidth);

    // A placement that starts inside covers its first element, and none starts behind the image. Those that start in the padding
    // before it are few: less than the kernel.
    private static bool AlwaysCovers(int size, int before, int kernel, int stride, int dilation)
    {
        for (var start = -before; start < 0; start += stride)
        {
            var tap = (-start + dilation - 1) / dilation;
            if (tap >= kernel || start + (tap * dilation) >= size)
                return false;
        }

        return true;
    }

    // torch's pooling_output_shape: in ceil mode a window may start inside the input or its left padding, never in the right one.
    private static int OutputSize(int size, int before, int after, int extent, int stride, bool ceilMode)
    {
        var room = size + before + after - extent;
        if (room < 0)
            return 0;
        var count = ((room + (ceilMode ? stride - 1 : 0)) / stride) + 1;
        if (ceilMode && (count - 1) * stride >= size + before)
            count--;
        return count;
    }

    private static bool In(int value, int least) => value >= least && value <= 1 << 15;
}
