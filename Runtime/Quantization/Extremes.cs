namespace CompileTime.Quantization;

/// <summary>Smallest and largest values, as torch.aminmax: NaN is kept.</summary>
internal static class Extremes
{
    /// <param name="values">At least one.</param>
    public static (float Min, float Max) Of(ReadOnlySpan<float> values)
    {
        var (min, max) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in values)
        {
            min = MathF.Min(min, value); // MathF.Min and Max propagate NaN, as torch does.
            max = MathF.Max(max, value);
        }

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
