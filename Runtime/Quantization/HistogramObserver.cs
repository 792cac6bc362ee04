namespace CompileTime.Quantization;

/// <summary>
/// torch.ao.quantization.HistogramObserver as of PyTorch 2.5 and later: 2048 bins over everything seen so far; the range that is
/// quantized is narrowed while that lowers the estimated error (<see cref="HistogramSearch"/>).
/// </summary>
internal sealed class HistogramObserver : ObserverBase
{
    public const int Bins = 2048;

    private const int UpsampleRate = 16;

    private readonly float[] _histogram = new float[Bins];
    private readonly float[] _update = new float[Bins];
    private readonly float[] _old = new float[Bins];
    private readonly long[] _counts = new long[Bins];
    private bool _seen;

    public HistogramObserver(QuantizationSpec spec)
        : base(spec)
    {
        if (spec.IsPerChannel)
            throw new ArgumentException("A histogram observer has one scale for all.", nameof(spec));
    }

    public float Min { get; private set; } = float.PositiveInfinity;

    public float Max { get; private set; } = float.NegativeInfinity;

    public ReadOnlySpan<float> Histogram => _histogram;

    /// <inheritdoc/>
    /// <remarks>Infinite values are passed over; NaN is an <see cref="ArgumentException"/>.</remarks>
    public override void Observe(ReadOnlySpan<float> values, ReadOnlySpan<int> shape)
    {
        var (min, max) = Extremes(values);
        if (min > max)
            return;
        if (!_seen)
        {
            Count(values, min, max, _histogram);
            (_seen, Min, Max) = (true, min, max);
            return;
        }

        var (newMin, newMax) = (MathF.Min(Min, min), MathF.Max(Max, max));
        Count(values, newMin, newMax, _update);
        if (newMin != Min || newMax != Max)
            Rescale(newMin, newMax);
        for (var i = 0; i < Bins; i++)
            _histogram[i] += _update[i];
        (Min, Max) = (newMin, newMax);
    }

    /// <summary>The range that will be quantized.</summary>
    public (float Min, float Max) Search() => HistogramSearch.Run(_histogram, Min, Max);

    public override QParams[] Calculate()
    {
        if (!_seen)
            return [QParams.Unobserved];
        var (min, max) = Search();
        return [QParams.Calculate(min, max, Spec)];
    }

    private static (float Min, float Max) Extremes(ReadOnlySpan<float> values)
    {
        var (min, max) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in values)
        {
            if (float.IsNaN(value))
                throw new ArgumentException("NaN cannot be observed.", nameof(values));
            if (float.IsInfinity(value))
                continue;
            min = MathF.Min(min, value);
            max = MathF.Max(max, value);
        }

        return (min, max);
    }

    // torch.histc. The counts are whole numbers until they are float32: it does not matter how many threads torch would have used.
    private void Count(ReadOnlySpan<float> values, float low, float high, float[] result)
    {
        if (low == high)
        {
            low -= 1;
            high += 1;
        }

        var range = high - low;
        Array.Clear(_counts);
        foreach (var value in values)
        {
            if (float.IsInfinity(value))
                continue;
            var bin = (int)((value - low) * Bins / range);
            _counts[Math.Min(bin, Bins - 1)]++;
        }

        for (var i = 0; i < Bins; i++)
            result[i] = _counts[i];
    }

    /// <summary>Moves what was counted so far into the bins of a wider range.</summary>
    private void Rescale(float newMin, float newMax)
    {
        if (Min == Max)
        {
            // All of one value: its bin gets everything.
            var total = 0f;
            foreach (var count in _histogram)
                total += count;
            Count([Min], newMin, newMax, _histogram);
            for (var i = 0; i < Bins; i++)
                _histogram[i] *= total;
            return;
        }

        _histogram.CopyTo(_old, 0);
        Array.Clear(_histogram);
        var fine = new Linspace(Min, Max, (Bins * UpsampleRate) + 1);
        var coarse = new Linspace(newMin, newMax, Bins + 1);
        var halfBin = 0.5f * ((Max - Min) / (Bins * UpsampleRate));
        var bin = 0;
        for (var i = 0; i < Bins * UpsampleRate; i++)
        {
            // The middles rise, so the bin only moves up: the last edge that is not above the middle.
            var middle = fine[i] + halfBin;
            while (bin < Bins - 1 && coarse[bin + 1] <= middle)
                bin++;
            _histogram[bin] += _old[i / UpsampleRate] / UpsampleRate;
        }
    }

    /// <summary>torch.linspace: from both ends towards the middle, with a fused multiply-add.</summary>
    private readonly struct Linspace(float start, float end, int count)
    {
        private readonly float _step = (end - start) / (count - 1);

        public float this[int index] => index < count / 2
            ? MathF.FusedMultiplyAdd(_step, index, start)
            : MathF.FusedMultiplyAdd(-_step, count - 1 - index, end);
    }
}
