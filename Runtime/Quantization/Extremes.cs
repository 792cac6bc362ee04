using System.Numerics;
using System.Runtime.InteropServices;

namespace CompileTime.Quantization;

/// <summary>Smallest and largest values, as torch.aminmax: NaN is kept.</summary>
internal static class Extremes
{
    /// <param name="values">At least one.</param>
    public static (float Min, float Max) Of(ReadOnlySpan<float> values)
    {
        // All of these propagate NaN, as torch does.
        var v = MemoryMarshal.Cast<float, Vector<float>>(values);
        var (low, high) = (new Vector<float>(float.PositiveInfinity), new Vector<float>(float.NegativeInfinity));
        foreach (var x in v)
            (low, high) = (Vector.Min(low, x), Vector.Max(high, x));
        var (min, max) = (float.PositiveInfinity, float.NegativeInfinity);
        for (var i = 0; i < Vector<float>.Count; i++)
            (min, max) = (MathF.Min(min, low[i]), MathF.Max(max, high[i]));
        foreach (var x in values[(v.Length * Vector<float>.Count)..])
            (min, max) = (MathF.Min(min, x), MathF.Max(max, x));
        return (min, max);
    }

    /// <summary>Of every channel.</summary>
    /// <param name="values">Row-major, at least one.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <param name="axis">The one that is the channels.</param>
    /// <exception cref="ArgumentException">There is no such dimension, or no other one.</exception>
    public static (float[] Min, float[] Max) OfChannels(ReadOnlySpan<float> values, ReadOnlySpan<int> shape, int axis)
    {
        if (shape.Length < 2 || axis >= shape.Length)
            throw new ArgumentException("A per-channel observer takes a tensor with channels and at least one other dimension.",
                nameof(shape));
        var channels = shape[axis];
        var inner = 1;
        foreach (var size in shape[(axis + 1)..])
            inner *= size;
        var (min, max) = (new float[channels], new float[channels]);
        Array.Fill(min, float.PositiveInfinity);
        Array.Fill(max, float.NegativeInfinity);
        for (var start = 0; start < values.Length; start += inner)
        {
            var channel = start / inner % channels;
            var (low, high) = Of(values.Slice(start, inner));
            min[channel] = MathF.Min(min[channel], low);
            max[channel] = MathF.Max(max[channel], high);
        }

        return (min, max);
    }
}
