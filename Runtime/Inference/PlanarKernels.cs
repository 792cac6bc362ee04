using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace CompileTime.Inference;

/// <summary>Convolutions over planes (PlanarLayout) in plain C#, for processors without the vectors that generated code uses.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class PlanarKernels
{
    /// <summary>Runs a layer.</summary>
    /// <param name="header">Scale and zero points.</param>
    /// <param name="block">Constants and tables (Packer.Planar).</param>
    /// <param name="source">What offsets in the tables count from.</param>
    /// <param name="target">The result's planes.</param>
    /// <param name="outputs">Channels of the result.</param>
    /// <param name="planes">Geometry of the planes.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="isNarrow">Whether the tables are narrow.</param>
    /// <param name="perChannel">Whether each output has its own scale.</param>
    /// <param name="relu">Whether ReLU is fused.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(NodeHeader* header, byte* block, byte* source, byte* target, int outputs, in PlanesGeometry planes,
        int height, int width, bool isNarrow, bool perChannel, bool relu)
    {
        const int Tile = 64;
        var sums = stackalloc int[Tile];
        var start = (int*)(block + Shared.PlanarLayout.ConstantsOffset);
        var bias = (float*)(start + outputs);
        var multiplier = bias + outputs;
        var tables = start + (3 * outputs);
        for (var o = 0; o < outputs; o++)
        {
            for (int tile = 0, tiles = (width + Tile - 1) / Tile; tile < height * tiles; tile++)
            {
                var x = tile % tiles * Tile;
                var from = source + (tile / tiles * planes.Width) + x;
                var count = Math.Min(Tile, width - x);
                new Span<int>(sums, count).Fill(start[o]);
                var entry = (int*)(block + tables[o]);
                for (var run = *entry++; run > 0; run--)
                {
                    var pair = entry[0] * (entry[1] + entry[2]);
                    for (entry += 3; pair > 0; pair--, entry += isNarrow ? 2 : 3)
                    {
                        var a = from + (isNarrow ? (ushort)entry[0] * Shared.PlanarLayout.NarrowUnit : entry[0]);
                        var b = from + (isNarrow ? (entry[0] >>> 16) * Shared.PlanarLayout.NarrowUnit : entry[1]);
                        var weights = entry[isNarrow ? 1 : 2];
                        int u = (sbyte)weights, v = (sbyte)(weights >> 8);
                        for (var i = 0; i < count; i++)
                            sums[i] += (a[i] * u) + (b[i] * v);
                    }
                }

                for (var i = 0; i < count; i++)
                {
                    target[i] = perChannel
                        ? QuantizedMath.RequantizePerChannel(sums[i], bias[o], multiplier[o], header->ZeroPoint, relu)
                        : QuantizedMath.RequantizePerTensor(sums[i], bias[o], header->Reciprocal, multiplier[o], header->ZeroPoint, relu);
                }

                target += count;
            }
        }
    }
}
