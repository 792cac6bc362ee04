using System;
using System.Collections.Generic;

namespace CompileTime.Shared;

/// <summary>
/// A Conv2d over planes: each channel is a plane of bytes, and 64 neighbouring positions are a vector. Before the layer runs, its
/// input is copied into shifted planes, one for each column of the kernel and each phase of the vertical stride, with padding in
/// place and rows as long as the result's: then all positions of the result read every tap at one offset. A 1x1 kernel without
/// stride or padding reads the value itself.
/// </summary>
internal sealed class PlanarLayout
{
    /// <summary>Sums of products stay within int16 in groups of weights of one sign that sum to this, for bytes up to 127.</summary>
    public const int CalibratedBudget = 258; // 127 * 258 = 32766

    /// <summary>The same for bytes up to 255.</summary>
    public const int FullBudget = 128; // 255 * 128 = 32640

    /// <summary>Where the constants of the outputs begin: after the offsets of the two tables.</summary>
    public const int ConstantsOffset = 16;

    /// <summary>Bytes of one entry of a table: two offsets and two weights, twice.</summary>
    public const int PairBytes = 12;

    private readonly int[] _phases;

    public PlanarLayout(Shape input, Shape output, Window window)
    {
        (Input, Output, Window) = (input, output, window);
        var phases = new SortedSet<int>();
        var most = 0;
        for (var ky = 0; ky < window.KernelHeight; ky++)
        {
            phases.Add(ky * window.DilationHeight % window.StrideHeight);
            most = Math.Max(most, ky * window.DilationHeight / window.StrideHeight);
        }

        _phases = [.. phases];
        Rows = output.Height + most;
    }

    public Shape Input { get; }

    public Shape Output { get; }

    public Window Window { get; }

    /// <summary>Whether the planes of the value itself are read.</summary>
    public bool IsDirect => Window is { Taps: 1, StrideHeight: 1, StrideWidth: 1, HasPadding: false };

    /// <summary>The remainders of the kernel's rows by the stride.</summary>
    public IReadOnlyList<int> Phases => _phases;

    /// <summary>Rows of a shifted plane.</summary>
    public int Rows { get; }

    /// <summary>Bytes of a shifted plane.</summary>
    public int PlaneBytes => Rows * Output.Width;

    /// <summary>Bytes of all shifted planes; 0 when there are none.</summary>
    public long WorkspaceBytes => IsDirect ? 0 : (long)Input.Channels * _phases.Length * Window.KernelWidth * PlaneBytes;

    /// <summary>Where the result's first position reads a tap of an input channel.</summary>
    public int Offset(int channel, int row, int column)
    {
        if (IsDirect)
            return channel * Output.Positions;
        var at = row * Window.DilationHeight;
        var phase = Array.IndexOf(_phases, at % Window.StrideHeight);
        return (((((channel * _phases.Length) + phase) * Window.KernelWidth) + column) * PlaneBytes) + (at / Window.StrideHeight * Output.Width);
    }
}
