using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CompileTime.Shared;

namespace CompileTime.Inference;

/// <summary>
/// Linear and Conv2d of float values (FloatLayout): outputs are the lanes, and each lane adds its products in the order of the weights by
/// fused multiply-adds, so that vectors, scalars and every processor give the same bits.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class FloatDotKernels
{
    /// <summary>Any Linear or Conv2d.</summary>
    /// <param name="block">Its packed weights.</param>
    /// <param name="source">The input under the window's first element at position (0, 0).</param>
    /// <param name="target">Element (0, 0) of the result.</param>
    /// <param name="rowStep">Bytes of the input from one output row to the next.</param>
    /// <param name="columnStep">Bytes of the input from one output column to the next.</param>
    /// <param name="output">Geometry of the result.</param>
    /// <param name="groups">Groups of the convolution.</param>
    /// <param name="inputs">Input channels of one group; features of a Linear.</param>
    /// <param name="terms">Weights of one output.</param>
    /// <param name="relu">Whether ReLU is fused.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(byte* block, byte* source, byte* target, int rowStep, int columnStep, in ImageGeometry output, int groups,
        int inputs, int terms, bool relu)
    {
        var layout = new FloatLayout(output.Channels, groups, terms);
        for (var group = 0; group < groups; group++)
        {
            var weights = (float*)block + ((long)group * layout.GroupElements);
            for (var y = 0; y < output.Height; y++)
            {
                var from = (float*)(source + (y * rowStep)) + (group * inputs);
                var to = (float*)(target + (y * output.RowStride)) + (group * layout.OutputsPerGroup);
                var x = 0;
                for (; x + 4 <= output.Width && Fma.IsSupported; x += 4)
                {
                    Four(weights, layout, (float*)((byte*)from + (x * columnStep)), columnStep / sizeof(float), to + (x * output.Channels),
                        output.Channels, relu);
                }

                for (; x < output.Width; x++)
                    One(weights, layout, (float*)((byte*)from + (x * columnStep)), to + (x * output.Channels), relu);
            }
        }
    }

    // Four positions: a vector of weights is read once for all.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(float* block, in FloatLayout layout, float* x, int step, float* y, int channels, bool relu)
    {
        var place = (int*)block + layout.PlacesOffset;
        for (var o = 0; o < layout.OutputsPerGroup; o += FloatLayout.Lanes)
        {
            var a = *(Vector256<float>*)(block + o);
            var (b, c, d) = (a, a, a);
            var weight = block + layout.WeightsOffset + o;
            for (var i = 0; i < layout.Terms; i++, weight += layout.PaddedOutputs)
            {
                var w = *(Vector256<float>*)weight;
                var at = x + place[i];
                a = Fma.MultiplyAdd(Vector256.Create(at[0]), w, a);
                b = Fma.MultiplyAdd(Vector256.Create(at[step]), w, b);
                c = Fma.MultiplyAdd(Vector256.Create(at[2 * step]), w, c);
                d = Fma.MultiplyAdd(Vector256.Create(at[3 * step]), w, d);
            }

            var count = layout.OutputsPerGroup - o;
            Store(a, y + o, count, relu);
            Store(b, y + channels + o, count, relu);
            Store(c, y + (2 * channels) + o, count, relu);
            Store(d, y + (3 * channels) + o, count, relu);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(float* block, in FloatLayout layout, float* x, float* y, bool relu)
    {
        var place = (int*)block + layout.PlacesOffset;
        var o = 0;
        for (; o + (4 * FloatLayout.Lanes) <= layout.PaddedOutputs && Fma.IsSupported; o += 4 * FloatLayout.Lanes)
        {
            var (a, b, c, d) = (*(Vector256<float>*)(block + o), *(Vector256<float>*)(block + o + 8), *(Vector256<float>*)(block + o + 16),
                *(Vector256<float>*)(block + o + 24));
            var weight = block + layout.WeightsOffset + o;
            for (var i = 0; i < layout.Terms; i++, weight += layout.PaddedOutputs)
            {
                var value = Vector256.Create(x[place[i]]);
                a = Fma.MultiplyAdd(value, *(Vector256<float>*)weight, a);
                b = Fma.MultiplyAdd(value, *(Vector256<float>*)(weight + 8), b);
                c = Fma.MultiplyAdd(value, *(Vector256<float>*)(weight + 16), c);
                d = Fma.MultiplyAdd(value, *(Vector256<float>*)(weight + 24), d);
            }

            var count = layout.OutputsPerGroup - o;
            Store(a, y + o, count, relu);
            Store(b, y + o + 8, count - 8, relu);
            Store(c, y + o + 16, count - 16, relu);
            Store(d, y + o + 24, count - 24, relu);
        }

        for (; o < layout.PaddedOutputs && Fma.IsSupported; o += FloatLayout.Lanes)
        {
            var sum = *(Vector256<float>*)(block + o);
            var weight = block + layout.WeightsOffset + o;
            for (var i = 0; i < layout.Terms; i++, weight += layout.PaddedOutputs)
                sum = Fma.MultiplyAdd(Vector256.Create(x[place[i]]), *(Vector256<float>*)weight, sum);
            Store(sum, y + o, layout.OutputsPerGroup - o, relu);
        }

        for (; o < layout.OutputsPerGroup; o++)
        {
            var sum = block[o];
            var weight = block + layout.WeightsOffset + o;
            for (var i = 0; i < layout.Terms; i++, weight += layout.PaddedOutputs)
                sum = MathF.FusedMultiplyAdd(x[place[i]], *weight, sum);
            y[o] = relu ? FloatMath.ReLU(sum) : sum;
        }
    }

    // At most count lanes, none where count is not positive.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> sum, float* target, int count, bool relu)
    {
        if (relu)
            sum = Vector256.ConditionalSelect(Vector256.LessThan(sum, Vector256<float>.Zero), Vector256<float>.Zero, sum);
        if (count >= FloatLayout.Lanes)
        {
            *(Vector256<float>*)target = sum;
            return;
        }

        for (var i = 0; i < count; i++)
            target[i] = sum[i];
    }
}
