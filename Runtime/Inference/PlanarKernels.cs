using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CompileTime.Inference;

/// <summary>How the shifted planes of a convolution are made of its input (PlanarLayout).</summary>
/// <param name="Rows">Rows of a shifted plane.</param>
/// <param name="Width">Bytes of a row: columns of the result.</param>
/// <param name="Phases">Bit r: whether the rows with remainder r by the vertical stride are wanted.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct PlanesGeometry(int Rows, int Width, ulong Phases);

/// <summary>What convolutions over planes need besides the kernels that are generated.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class PlanarKernels
{
    // How far vectors may be read before and behind a value: the planner leaves as much room around it (BufferPlan).
    private const int Before = 64;
    private const int Behind = 128;

    /// <summary>Copies a value into shifted planes, padding included.</summary>
    /// <param name="header">Zero point of the value: what padding is.</param>
    /// <param name="source">The value's planes.</param>
    /// <param name="target">The shifted planes, in the order channel, phase, column of the kernel.</param>
    /// <param name="input">Geometry of the value.</param>
    /// <param name="planes">Geometry of the shifted planes.</param>
    /// <param name="window">The kernel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Shift(NodeHeader* header, byte* source, byte* target, in ImageGeometry input, in PlanesGeometry planes,
        in WindowGeometry window)
    {
        var zeroPoint = (byte)header->ZeroPoint;
        for (var channel = 0; channel < input.Channels; channel++, source += input.Height * input.Width)
        {
            for (var phase = 0; phase < window.StrideHeight; phase++)
            {
                if ((planes.Phases >> phase & 1) == 0)
                    continue;
                for (var column = 0; column < window.KernelWidth; column++)
                {
                    var shift = (column * window.DilationWidth) - window.Left;
                    // The columns of the result that read inside the input.
                    var first = Math.Clamp((-shift + window.StrideWidth - 1) / window.StrideWidth, 0, planes.Width);
                    if (shift > 0)
                        first = 0;
                    var last = Math.Clamp((input.Width - 1 - shift + window.StrideWidth) / window.StrideWidth, first, planes.Width);
                    var reads = (((planes.Width + 63) / 64 * 64) * window.StrideWidth) + shift;
                    var isNear = shift >= -Before && reads <= input.Width + Behind && window.StrideWidth <= 2;
                    for (var row = 0; row < planes.Rows; row++, target += planes.Width)
                    {
                        var y = (row * window.StrideHeight) + phase - window.Top;
                        if (y < 0 || y >= input.Height || first == last)
                            Unsafe.InitBlockUnaligned(target, zeroPoint, (uint)planes.Width);
                        else if (isNear && Vector512.IsHardwareAccelerated)
                            Row512(source + (y * input.Width) + shift, target, planes.Width, first, last, window.StrideWidth, zeroPoint);
                        else
                            Row(source + (y * input.Width) + shift, target, planes.Width, first, last, window.StrideWidth, zeroPoint);
                    }
                }
            }
        }
    }

    /// <summary>A layer over planes in plain C#, for processors without the vectors that generated code uses.</summary>
    /// <param name="header">Scale and zero points.</param>
    /// <param name="block">Constants and tables (Packer.Planar).</param>
    /// <param name="planes">What offsets in the tables count from.</param>
    /// <param name="target">The result's planes.</param>
    /// <param name="outputs">Channels of the result.</param>
    /// <param name="positions">Positions of the result.</param>
    /// <param name="perChannel">Whether each output has its own scale.</param>
    /// <param name="relu">Whether ReLU is fused.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(NodeHeader* header, byte* block, byte* planes, byte* target, int outputs, int positions, bool perChannel, bool relu)
    {
        const int Tile = 64;
        var sums = stackalloc int[Tile];
        var start = (int*)(block + Shared.PlanarLayout.ConstantsOffset);
        var bias = (float*)(start + outputs);
        var multiplier = bias + outputs;
        var entry = (int*)(block + *(int*)block);
        for (var o = 0; o < outputs; o++, target += positions)
        {
            var begin = entry;
            for (var p = 0; p < positions; p += Tile)
            {
                new Span<int>(sums, Tile).Fill(start[o]);
                var count = Math.Min(Tile, positions - p);
                entry = begin;
                for (var group = *entry++; group > 0; group--)
                {
                    for (var pair = *entry++; pair > 0; pair--, entry += 3)
                    {
                        var a = planes + entry[0] + p;
                        var b = planes + entry[1] + p;
                        int u = (sbyte)entry[2], v = (sbyte)(entry[2] >> 8);
                        for (var i = 0; i < count; i++)
                            sums[i] += (a[i] * u) + (b[i] * v);
                    }
                }

                for (var i = 0; i < count; i++)
                {
                    target[p + i] = perChannel
                        ? QuantizedMath.RequantizePerChannel(sums[i], bias[o], multiplier[o], header->ZeroPoint, relu)
                        : QuantizedMath.RequantizePerTensor(sums[i], bias[o], header->Reciprocal, multiplier[o], header->ZeroPoint, relu);
                }
            }
        }
    }

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

    // Whole vectors: what spills over the end of a row is overwritten by the next one.
    private static void Row512(byte* source, byte* target, int width, int first, int last, int stride, byte zeroPoint)
    {
        for (var x = 0; x < width; x += 64)
        {
            Vector512<byte> values;
            if (stride == 1)
            {
                values = *(Vector512<byte>*)(source + x);
            }
            else
            {
                var low = Vector512.Create((ushort)0x00FF);
                values = Vector512.Narrow(*(Vector512<ushort>*)(source + (2 * x)) & low, *(Vector512<ushort>*)(source + (2 * x) + 64) & low);
            }

            var index = Vector512<byte>.Indices;
            var inside = Vector512.GreaterThanOrEqual(index, Vector512.Create((byte)Math.Clamp(first - x, 0, 255)))
                & Vector512.LessThan(index, Vector512.Create((byte)Math.Clamp(last - x, 0, 255)));
            *(Vector512<byte>*)(target + x) = Vector512.ConditionalSelect(inside, values, Vector512.Create(zeroPoint));
        }
    }
}
