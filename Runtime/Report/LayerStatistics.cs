using CompileTime.Quantization;
using CompileTime.Shared;

namespace CompileTime.Reports;

/// <summary>
/// What quantization does to one value of the network, summed over samples in bounded memory. Two noises are measured: through the
/// network (float network against integers, each on its own from the input on), and the layer's own (the layer in float32 on what the
/// integers gave it, against the integers).
/// </summary>
internal sealed class LayerStatistics
{
    private const int HistogramBins = 1024;

    private readonly List<(int Start, int Length)> _parts = [];
    private readonly float _low;
    private readonly float _high;
    private readonly float _inverse;
    private double _signal;
    private double _noise;
    private double _ownSignal;
    private double _ownNoise;
    private long _clipped;

    /// <param name="node">The operator that gives the value.</param>
    /// <param name="kept">Channels that are measured, ascending; null for all.</param>
    /// <param name="largest">The largest byte that the scale was made for: 127 or 255.</param>
    public LayerStatistics(QuantizedNode node, IReadOnlyList<int>? kept, int largest)
    {
        Node = node;
        (_low, _high, _inverse) = (Real(byte.MinValue), Real(byte.MaxValue), 1f / node.Scale);
        Chosen = node.IsFloat ? null : (_low, Real(largest));
        Positions = node.Shape.Positions;
        if (kept is null)
            _parts.Add((0, node.Shape.Elements));
        else
            _parts.AddRange(kept.Select(channel => (channel * Positions, Positions)));
    }

    public QuantizedNode Node { get; }

    /// <summary>The range that the scale was made for; null for a value that stays float32.</summary>
    public (float Min, float Max)? Chosen { get; }

    /// <summary>The largest value that a byte can stand for; with 0..127 it lies above the chosen range.</summary>
    public float Limit => _high;

    /// <summary>The float network's values.</summary>
    public ValueHistogram Histogram { get; } = new(HistogramBins);

    /// <summary>Signal to noise through the network, in dB; infinite without noise, NaN without signal.</summary>
    public double Sqnr => Decibels(_signal, _noise);

    /// <summary>The same of what the layer adds itself.</summary>
    public double OwnSqnr => Decibels(_ownSignal, _ownNoise);

    /// <summary>The share of the float network's values that no byte reaches, in [0, 1].</summary>
    public double ClippedShare => Histogram.Count == 0 ? 0 : (double)_clipped / Histogram.Count;

    /// <summary>Squared error of values beyond all bytes.</summary>
    public double ClippingNoise { get; private set; }

    /// <summary>Squared error of rounding the right result to a byte.</summary>
    public double RoundingNoise { get; private set; }

    /// <summary>Squared distance of the integers' byte from the rounded right result: what rounded weights (and operands) cost.</summary>
    public double WeightNoise { get; private set; }

    private int Positions { get; }

    /// <summary>One sample: the float network's value, and what the bytes stand for.</summary>
    /// <exception cref="ArgumentException">A value is NaN or infinite.</exception>
    public void Add(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        var (low, high) = Node.IsFloat ? (float.NegativeInfinity, float.PositiveInfinity)
            : (_low - (0.5f * Node.Scale), _high + (0.5f * Node.Scale));
        foreach (var (start, length) in _parts)
        {
            Histogram.Add(expected.Slice(start, length));
            for (var i = start; i < start + length; i++)
            {
                _signal += (double)expected[i] * expected[i];
                _noise += Squared(expected[i], actual[i]);
                _clipped += expected[i] < low || expected[i] > high ? 1 : 0;
            }
        }
    }

    /// <summary>One sample: the layer in float32 on the integers' operands, and what its bytes stand for.</summary>
    public void AddOwn(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        foreach (var (start, length) in _parts)
        {
            for (var i = start; i < start + length; i++)
            {
                _ownSignal += (double)expected[i] * expected[i];
                _ownNoise += Squared(expected[i], actual[i]);
                if (Node.IsFloat)
                {
                    WeightNoise += Squared(expected[i], actual[i]);
                    continue;
                }

                var clamped = Math.Clamp(expected[i], _low, _high);
                var rounded = MathF.Round(clamped * _inverse) * Node.Scale;
                ClippingNoise += Squared(expected[i], clamped);
                RoundingNoise += Squared(clamped, rounded);
                WeightNoise += Squared(rounded, actual[i]);
            }
        }
    }

    private float Real(int value) => Inference.QuantizedMath.Dequantize(value, Node.Scale, Node.ZeroPoint);

    private static double Squared(float a, float b) => ((double)a - b) * ((double)a - b);

    private static double Decibels(double signal, double noise) => signal == 0 && noise == 0 ? double.NaN : 10 * Math.Log10(signal / noise);
}
