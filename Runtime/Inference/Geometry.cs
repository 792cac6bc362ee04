using System.ComponentModel;

namespace CompileTime.Inference;

/// <summary>How a value lies in scratch memory: channels last, rows <paramref name="RowStride"/> bytes apart.</summary>
/// <param name="Channels">Channels.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="RowStride">Bytes from one row to the next.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct ImageGeometry(int Channels, int Height, int Width, int RowStride);

/// <summary>How a window slides over an image.</summary>
/// <param name="KernelHeight">Rows of the window.</param>
/// <param name="KernelWidth">Columns of the window.</param>
/// <param name="StrideHeight">Step, rows.</param>
/// <param name="StrideWidth">Step, columns.</param>
/// <param name="Top">Padding above.</param>
/// <param name="Left">Padding to the left.</param>
/// <param name="Bottom">Padding below.</param>
/// <param name="Right">Padding to the right.</param>
/// <param name="DilationHeight">Distance of the window's rows.</param>
/// <param name="DilationWidth">Distance of the window's columns.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct WindowGeometry(int KernelHeight, int KernelWidth, int StrideHeight, int StrideWidth, int Top, int Left,
    int Bottom, int Right, int DilationHeight, int DilationWidth);
