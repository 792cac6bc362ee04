namespace CompileTime.Quantization;

/// <summary>
/// How values are distributed, in bounded memory: bins whose width is a power of two, one edge of them at zero. When values outgrow the
/// bins, the width doubles and pairs of bins become one, exactly; so the histogram does not depend on the order in which values came.
/// Besides their number each bin has the sum and the sum of squares of its values.
/// </summary>
internal sealed class ValueHistogram
{
    /// <summary>Of the default histogram, when its range is full; at least half of it otherwise.</summary>
    public const int DefaultCapacity = 4096;

    // The least power of two that float32 has.
    private const int LeastExponent = -149;

    private readonly int _mask;
    private Bin[] _bins;
    private Bin[] _merged;
    private int _exponent = LeastExponent;

    /// <param name="capacity">The most bins; a power of two.</param>
    public ValueHistogram(int capacity = DefaultCapacity)
    {
        _mask = capacity - 1;
        _bins = new Bin[capacity];
        _merged = new Bin[capacity];
    }

    public long Count { get; private set; }

    public float Min { get; private set; } = float.PositiveInfinity;

    public float Max { get; private set; } = float.NegativeInfinity;

    /// <summary>The width of a bin.</summary>
    public double Width => Math.ScaleB(1, _exponent);

    /// <summary>Number of the lowest bin; bin i has the values from i * Width up to (i + 1) * Width.</summary>
    public int First => IndexOf(Min, Math.ScaleB(1, -_exponent));

    /// <summary>Number of the highest bin.</summary>
    public int Last => IndexOf(Max, Math.ScaleB(1, -_exponent));

    /// <summary>From <see cref="First"/> to <see cref="Last"/>.</summary>
    public Bin this[int index] => _bins[index & _mask];

    /// <exception cref="ArgumentException">A value is NaN or infinite; nothing has been counted then.</exception>
    public void Add(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
            return;
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                throw new ArgumentException($"Value {i} of the batch is {values[i]}: only finite values can be observed.", nameof(values));
        }

        var (min, max) = Extremes.Of(values);
        Widen(MathF.Min(Min, min), MathF.Max(Max, max));
        var inverse = Math.ScaleB(1, -_exponent);
        foreach (var value in values)
        {
            // There are never more bins than places, so the lowest bits of a bin's number are its place.
            ref var bin = ref _bins[IndexOf(value, inverse) & _mask];
            bin = new Bin(bin.Count + 1, bin.Sum + value, bin.Squares + ((double)value * value));
        }

        Count += values.Length;
    }

    private void Widen(float min, float max)
    {
        var exponent = _exponent;
        while (!Fits(min, max, exponent))
            exponent++;
        if (exponent > _exponent && Count > 0)
        {
            Array.Clear(_merged);
            var shift = exponent - _exponent;
            for (var (i, last) = (First, Last); i <= last; i++)
            {
                ref var merged = ref _merged[(shift < 31 ? i >> shift : i >> 31) & _mask];
                var bin = this[i];
                merged = new Bin(merged.Count + bin.Count, merged.Sum + bin.Sum, merged.Squares + bin.Squares);
            }

            (_bins, _merged) = (_merged, _bins);
        }

        (_exponent, Min, Max) = (exponent, min, max);
    }

    // A float32 has 24 bits: with finer bins than these its neighbours would have empty ones between them.
    private bool Fits(float min, float max, int exponent)
    {
        var inverse = Math.ScaleB(1, -exponent);
        return Math.Max(Math.Abs((double)min), Math.Abs((double)max)) * inverse <= 1 << 24
            && IndexOf(max, inverse) - IndexOf(min, inverse) <= _mask;
    }

    private static int IndexOf(float value, double inverse) => (int)Math.Floor(value * inverse);

    /// <summary>Values in a bin.</summary>
    /// <param name="Count">How many.</param>
    /// <param name="Sum">Their sum.</param>
    /// <param name="Squares">The sum of their squares.</param>
    public readonly record struct Bin(long Count, double Sum, double Squares);
}
