using System;
using System.Collections.Generic;

namespace CompileTime.Shared;

/// <summary>
/// A Conv2d over planes: each channel is a plane of bytes, and 64 neighbouring positions are a vector. Before the layer runs, its
/// input is copied into planes in which padding is in place and every tap of the kernel is read at one offset by all positions of the
/// result: the rows are split by the vertical stride, and the columns in one of two ways. Either there is a plane for every column of
/// the kernel, its rows as long as the result's; or there is one for each remainder of the horizontal stride, with longer rows, and
/// the result is computed with that length, too, and cut afterwards. The first wastes no positions, the second needs less memory. A
/// 1x1 kernel without stride or padding reads the value itself.
/// </summary>
internal sealed class PlanarLayout
{
    /// <summary>Where the constants of the outputs begin: behind the largest byte that the first table is exact for.</summary>
    public const int ConstantsOffset = 16;

    /// <summary>Row or column offsets of a kernel are told as bits of a long.</summary>
    public const int MostOffset = 62;

    /// <summary>Offsets in narrow tables count in these.</summary>
    public const int NarrowUnit = 64;

    // What of the nearest cache the planes of a layer may take: a plane for every column that does not fit is read from the next one.
    private const int NearBytes = 28 << 10;

    private readonly SortedSet<int> _phases = [];
    private readonly SortedSet<int> _columns = [];

    public PlanarLayout(Shape input, Shape output, Window window)
    {
        (Input, Output, Window) = (input, output, window);
        for (var ky = 0; ky < window.KernelHeight; ky++)
            _phases.Add(ky * window.DilationHeight % window.StrideHeight);
        Rows = output.Height + ((window.KernelHeight - 1) * window.DilationHeight / window.StrideHeight);
        var reach = (window.KernelWidth - 1) * window.DilationWidth;
        var rows = (long)input.Channels * _phases.Count * Rows;
        IsCut = !IsDirect && (reach > MostOffset || (reach > 0 && rows * window.KernelWidth * output.Width > NearBytes));
        for (var kx = 0; kx < window.KernelWidth; kx++)
            _columns.Add(IsCut ? kx * window.DilationWidth % window.StrideWidth : kx * window.DilationWidth);
        Width = IsCut ? output.Width + (reach / window.StrideWidth) : output.Width;
    }

    public Shape Input { get; }

    public Shape Output { get; }

    public Window Window { get; }

    /// <summary>Whether the planes of the value itself are read.</summary>
    public bool IsDirect => Window is { Taps: 1, StrideHeight: 1, StrideWidth: 1, HasPadding: false };

    /// <summary>
    /// Whether the two offsets of a pair fit an int: the layer reads whole planes, of a batch say. Its table is then a third shorter, and
    /// tables of large layers are read from far away.
    /// </summary>
    public bool IsNarrow =>
        IsDirect && Output.Positions % NarrowUnit == 0 && (long)Input.Channels * Output.Positions / NarrowUnit <= 1 << 16;

    /// <summary>Whether rows are computed longer than the result's, and cut.</summary>
    public bool IsCut { get; }

    /// <summary>Which rows of the input, by their remainder by the stride, have planes: bit r.</summary>
    public long Phases => Bits(_phases);

    /// <summary>At which column of the kernel planes begin: bit c.</summary>
    public long Columns => Bits(_columns);

    /// <summary>Whether the strides and the dilation are small enough for this.</summary>
    public bool IsPossible => Window.StrideHeight <= MostOffset && Window.StrideWidth <= MostOffset && WorkspaceBytes <= 1 << 28;

    /// <summary>Rows of a plane.</summary>
    public int Rows { get; }

    /// <summary>Bytes of a row of a plane.</summary>
    public int Width { get; }

    /// <summary>Positions that are computed for each output.</summary>
    public int Positions => ((Output.Height - 1) * Width) + Output.Width;

    /// <summary>Bytes of all planes; 0 when the value itself is read.</summary>
    public long PlanesBytes => IsDirect ? 0 : (long)Input.Channels * _phases.Count * _columns.Count * Rows * Width;

    /// <summary>Bytes of the planes and, behind them, of one output's positions before they are cut.</summary>
    public long WorkspaceBytes => PlanesBytes + (IsCut ? Positions : 0);

    /// <summary>Where the result's first position reads a tap of an input channel.</summary>
    public int Offset(int channel, int row, int column)
    {
        if (IsDirect)
            return channel * Output.Positions;
        var (y, x) = (row * Window.DilationHeight, column * Window.DilationWidth);
        var phase = Place(_phases, y % Window.StrideHeight);
        var first = Place(_columns, IsCut ? x % Window.StrideWidth : x);
        return (((((channel * _phases.Count) + phase) * _columns.Count) + first) * Rows * Width) + (y / Window.StrideHeight * Width)
            + (IsCut ? x / Window.StrideWidth : 0);
    }

    private static int Place(SortedSet<int> set, int value)
    {
        var place = 0;
        foreach (var one in set)
        {
            if (one == value)
                return place;
            place++;
        }

        throw new ArgumentOutOfRangeException(nameof(value));
    }

    private static long Bits(SortedSet<int> set)
    {
        var bits = 0L;
        foreach (var one in set)
            bits |= 1L << one;
        return bits;
    }
}
