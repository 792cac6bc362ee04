using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace CompileTime.Inference;

/// <summary>The softmax that follows a dequantized result. Not meant to be called by hand.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class SoftmaxFloat
{
    /// <summary>
    /// Replaces the values by exp(x - max) / sum over the channels, at every position by itself. Scalar on purpose: the
    /// vectors of an instruction set make no difference. The exponential is the C library's.
    /// </summary>
    /// <param name="values"><c>[channels, height, width]</c>, or a vector of features.</param>
    /// <param name="channels">Number of channels (or features); divides the length.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(Span<float> values, int channels)
    {
        var positions = values.Length / channels;
        for (var position = 0; position < positions; position++)
        {
            var max = float.NegativeInfinity;
            for (var i = position; i < values.Length; i += positions)
                max = MathF.Max(max, values[i]);
            var sum = 0f;
            for (var i = position; i < values.Length; i += positions)
            {
                values[i] = MathF.Exp(values[i] - max);
                sum += values[i];
            }

            for (var i = position; i < values.Length; i += positions)
                values[i] /= sum;
        }
    }
}
