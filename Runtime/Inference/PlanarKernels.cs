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
}
