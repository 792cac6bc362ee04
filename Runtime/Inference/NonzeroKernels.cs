using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace CompileTime.Inference;

/// <summary>The weighted layers in plain C#: one multiplication per weight that is not zero, four positions at a time.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class NonzeroKernels
{
    /// <summary>Any Linear or Conv2d from its list of non-zero weights (Packer.Nonzeros).</summary>
    /// <param name="header">The operator.</param>
    /// <param name="block">Its packed weights.</param>
    /// <param name="source">The input under the window's first element at position (0, 0).</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="rowStep">Bytes of the input from one output row to the next.</param>
    /// <param name="columnStep">Bytes of the input from one output column to the next.</param>
    /// <param name="output">Geometry of the result.</param>
    /// <param name="perChannel">Whether there is one weight scale per output.</param>
    /// <param name="relu">Whether ReLU is fused.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(NodeHeader* header, byte* block, byte* source, byte* target, int rowStep, int columnStep,
        in ImageGeometry output, bool perChannel, bool relu)
    {
        var outputs = output.Channels;
        var start = (int*)block;
        var bias = (float*)block + outputs;
        var multiplier = (float*)block + (2 * outputs);
        var first = (int*)block + (3 * outputs);
        var entries = first + outputs + 1;
        for (var y = 0; y < output.Height; y++)
        {
            for (var x = 0; x < output.Width; x += 4)
            {
                // The last four positions of a row may overlap the ones before: they are computed again, to the same bytes.
                var count = Math.Min(4, output.Width);
                var column = Math.Min(x, output.Width - count);
                var from = source + (y * rowStep) + (column * columnStep);
                var to = target + (y * output.RowStride) + (column * outputs);
                for (var o = 0; o < outputs; o++)
                {
                    var entry = entries + (2 * first[o]);
                    var end = entries + (2 * first[o + 1]);
                    if (count == 4)
                    {
                        int a = start[o], b = a, c = a, d = a;
                        for (; entry < end; entry += 2)
                        {
                            var at = from + entry[0];
                            var weight = entry[1];
                            a += at[0] * weight;
                            b += at[columnStep] * weight;
                            c += at[2 * columnStep] * weight;
                            d += at[3 * columnStep] * weight;
                        }

                        to[o] = Requantize(header, a, bias[o], multiplier[o], perChannel, relu);
                        to[outputs + o] = Requantize(header, b, bias[o], multiplier[o], perChannel, relu);
                        to[(2 * outputs) + o] = Requantize(header, c, bias[o], multiplier[o], perChannel, relu);
                        to[(3 * outputs) + o] = Requantize(header, d, bias[o], multiplier[o], perChannel, relu);
                        continue;
                    }

                    for (var p = 0; p < count; p++)
                    {
                        var sum = start[o];
                        for (var e = entry; e < end; e += 2)
                            sum += from[(p * columnStep) + e[0]] * e[1];
                        to[(p * outputs) + o] = Requantize(header, sum, bias[o], multiplier[o], perChannel, relu);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Requantize(NodeHeader* header, int sum, float bias, float multiplier, bool perChannel, bool relu) => perChannel
        ? QuantizedMath.RequantizePerChannel(sum, bias, multiplier, header->ZeroPoint, relu)
        : QuantizedMath.RequantizePerTensor(sum, bias, header->Reciprocal, multiplier, header->ZeroPoint, relu);
}
