namespace CompileTime.Quantization;

/// <summary>
/// HistogramObserver._non_linear_param_search: narrows the range bin by bin from the end that loses fewer values, as long as the
/// estimated quantization error falls. Types as in PyTorch: Python's scalars are double, tensors float32.
/// </summary>
internal static class HistogramSearch
{
    private const double Step = 1e-5;

    // 2 to the bits of the type, also with a reduced range: so it is in PyTorch.
    private const int DestinationBins = 256;

    public static (float Min, float Max) Run(ReadOnlySpan<float> histogram, float min, float max)
    {
        var bins = histogram.Length;
        var binWidth = (max - min) / bins;
        var cumulative = new float[bins];
        var sum = 0.0;
        for (var i = 0; i < bins; i++)
        {
            sum += histogram[i];
            cumulative[i] = (float)sum;
        }

        double total = (float)sum;
        var (alpha, beta) = (0.0, 1.0);
        var (start, end) = (0, bins - 1);
        var best = double.PositiveInfinity;
        while (alpha < beta)
        {
            var (nextAlpha, nextBeta) = (alpha + Step, beta - Step);
            var (left, right) = (start, end);
            while (left < end && cumulative[left] < (float)(nextAlpha * total))
                left++;
            while (right > start && cumulative[right] > (float)(nextBeta * total))
                right--;
            var (nextStart, nextEnd) = (start, end);
            if (left - start > end - right)
                (nextStart, alpha) = (left, nextAlpha);
            else
                (nextEnd, beta) = (right, nextBeta);
            if (nextStart == start && nextEnd == end)
                continue;
            var error = Error(histogram, min, max, nextStart, nextEnd);
            if (error > best)
                break;
            (best, start, end) = (error, nextStart, nextEnd);
        }

        return (min + (binWidth * start), min + (binWidth * (end + 1)));
    }

    /// <summary>_compute_quantization_error: L2 norm of the error when the bins from start to end share the destination bins.</summary>
    private static double Error(ReadOnlySpan<float> histogram, float min, float max, int start, int end)
    {
        var binWidth = ((double)max - min) / histogram.Length;
        var destinationWidth = binWidth * (end - start + 1) / DestinationBins;
        if (destinationWidth == 0)
            return 0;
        var source = (float)binWidth;
        var destination = (float)destinationWidth;
        var half = (float)(destinationWidth / 2);
        var whole = (Cube(half) - Cube(-half)) / 3;
        var sum = 0.0;
        for (var i = 0; i < histogram.Length; i++)
        {
            var sourceBegin = (i - start) * source;
            var sourceEnd = sourceBegin + source;
            var begin = Math.Clamp(FloorDivide(sourceBegin, destination), 0f, DestinationBins - 1);
            var finish = Math.Clamp(FloorDivide(sourceEnd, destination), 0f, DestinationBins - 1);
            var density = histogram[i] / source;
            var deltaBegin = sourceBegin - ((begin + 0.5f) * destination);
            var deltaEnd = sourceEnd - ((finish * destination) + half);
            var norm = density * ((Cube(half) - Cube(deltaBegin)) / 3);
            norm += (finish - begin - 1) * (density * whole);
            norm += density * ((Cube(deltaEnd) - Cube(-half)) / 3);
            sum += norm;
        }

        return (float)sum;
    }

    private static float Cube(float value) => value * value * value;

    // torch.div(rounding_mode='floor') for float32: Python's floor division.
    private static float FloorDivide(float a, float b)
    {
        var remainder = a % b;
        var quotient = (a - remainder) / b;
        if (remainder != 0 && b < 0 != remainder < 0)
            quotient -= 1;
        var floor = MathF.Floor(quotient);
        return quotient - floor > 0.5f ? floor + 1 : floor;
    }
}
