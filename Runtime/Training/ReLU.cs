using System.Numerics;
using System.Runtime.InteropServices;

namespace CompileTime.Training;

/// <summary>max(x, 0); the gradient at 0 is 0, as in PyTorch.</summary>
internal sealed class ReLU(LayerContext context) : Layer(context)
{
    public override void Forward(Slice slice, int phase) =>
        Clamp.Forward(Input.Samples(slice), float.PositiveInfinity, Output.Samples(slice));

    public override void Backward(Slice slice, int phase)
    {
        if (Input.NeedsGradient)
            Clamp.Backward(Input.Samples(slice), float.PositiveInfinity, Output.Gradients(slice), Input.Gradients(slice), Accumulates[0]);
    }
}

/// <summary>What ReLU and ReLU6 share: values are held within [0, upper], gradients pass strictly inside.</summary>
internal static class Clamp
{
    public static void Forward(ReadOnlySpan<float> input, float upper, Span<float> output)
    {
        var x = MemoryMarshal.Cast<float, Vector<float>>(input);
        var y = MemoryMarshal.Cast<float, Vector<float>>(output);
        for (var i = 0; i < y.Length; i++)
            y[i] = Vector.Min(Vector.Max(x[i], Vector<float>.Zero), new Vector<float>(upper));
        for (var i = y.Length * Vector<float>.Count; i < output.Length; i++)
            output[i] = MathF.Min(MathF.Max(input[i], 0), upper);
    }

    public static void Backward(ReadOnlySpan<float> input, float upper, ReadOnlySpan<float> outputGradient, Span<float> inputGradient,
        bool accumulate)
    {
        var x = MemoryMarshal.Cast<float, Vector<float>>(input);
        var dy = MemoryMarshal.Cast<float, Vector<float>>(outputGradient);
        var dx = MemoryMarshal.Cast<float, Vector<float>>(inputGradient);
        for (var i = 0; i < dx.Length; i++)
        {
            var inside = Vector.GreaterThan(x[i], Vector<float>.Zero) & Vector.LessThan(x[i], new Vector<float>(upper));
            var passed = Vector.ConditionalSelect(inside, dy[i], Vector<float>.Zero);
            dx[i] = accumulate ? dx[i] + passed : passed;
        }

        for (var i = dx.Length * Vector<float>.Count; i < inputGradient.Length; i++)
        {
            var passed = input[i] > 0 && input[i] < upper ? outputGradient[i] : 0;
            inputGradient[i] = accumulate ? inputGradient[i] + passed : passed;
        }
    }
}
