using CompileTime.Quantization;
using CompileTime.Shared;

namespace CompileTime.Reports;

/// <summary>What ships of a layer's weights.</summary>
/// <param name="Weights">Those of the channels that are left.</param>
/// <param name="Outputs">Output channels that are left; null for all.</param>
/// <param name="Inputs">Channels that are left of what it reads; null for all.</param>
internal sealed record WeightsLeft(LayerWeights Weights, IReadOnlyList<int>? Outputs, IReadOnlyList<int>? Inputs);

/// <summary>The weights of one layer before and after quantization, and where those lie that are left.</summary>
internal sealed class WeightStatistics
{
    private const int HistogramBins = 1024;

    private readonly int[] _left;
    private readonly int[] _all;

    /// <param name="layer">A Linear or Conv2d.</param>
    /// <param name="weight">Its folded float weight, as declared.</param>
    /// <param name="quantized">The same after conversion, before channels were removed.</param>
    /// <param name="left">What ships; null for nothing.</param>
    public WeightStatistics(LayerDefinition layer, float[] weight, LayerWeights quantized, WeightsLeft? left)
    {
        var shape = layer.WeightShape;
        (Outputs, Inputs, Elements) = (shape[0], shape[1], weight.Length);
        (Rows, Columns) = (Math.Min(Outputs, SvgMap.MostRows), Math.Min(Inputs, SvgMap.MostColumns));
        (_left, _all) = (new int[Rows * Columns], new int[Rows * Columns]);
        var (hasOutput, hasInput) = (Mask(left?.Outputs, Outputs), Mask(left?.Inputs, Inputs * layer.Groups));
        var (real, shipped) = (quantized.ToFloat(), left?.Weights.ToFloat());
        var (taps, next) = (weight.Length / (Outputs * Inputs), 0);
        var (signal, noise) = (0.0, 0.0);
        for (var i = 0; i < weight.Length; i++)
        {
            var (output, input) = (i / taps / Inputs, i / taps % Inputs);
            var channel = (output / (Outputs / layer.Groups) * Inputs) + input;
            var cell = ((int)((long)output * Rows / Outputs) * Columns) + (int)((long)input * Columns / Inputs);
            signal += (double)weight[i] * weight[i];
            noise += ((double)weight[i] - real[i]) * ((double)weight[i] - real[i]);
            Kept += weight[i] != 0 ? 1 : 0;
            RoundedToZero += weight[i] != 0 && real[i] == 0 ? 1 : 0;
            _all[cell]++;

            // What ships is in the same order, without the channels that are gone.
            if (shipped is not null && hasOutput[output] && hasInput[channel] && shipped[next++] != 0)
            {
                _left[cell]++;
                Left++;
            }
        }

        Sqnr = signal == 0 ? double.NaN : 10 * Math.Log10(signal / noise);
        Histogram.Add([.. weight.Where(value => value != 0)]);
    }

    public int Outputs { get; }

    /// <summary>Input channels of a group.</summary>
    public int Inputs { get; }

    public int Elements { get; }

    /// <summary>Float weights that are not zero.</summary>
    public int Kept { get; }

    /// <summary>Those of them that are zero as int8.</summary>
    public int RoundedToZero { get; }

    /// <summary>Int8 weights that ship and are not zero. Others may have gone with channels that cannot influence the result.</summary>
    public int Left { get; }

    /// <summary>Signal to noise of the weights themselves, in dB.</summary>
    public double Sqnr { get; }

    /// <summary>Float weights that are not zero.</summary>
    public ValueHistogram Histogram { get; } = new(HistogramBins);

    /// <summary>Of the map, outputs from top to bottom.</summary>
    public int Rows { get; }

    /// <summary>Of the map, inputs from left to right.</summary>
    public int Columns { get; }

    /// <summary>Whether a cell of the map is more than one output and input.</summary>
    public bool IsInBlocks => Rows < Outputs || Columns < Inputs;

    /// <summary>The share of weights left in a cell of the map, in [0, 1].</summary>
    public double Density(int row, int column)
    {
        var cell = (row * Columns) + column;
        return (double)_left[cell] / _all[cell];
    }

    private static bool[] Mask(IReadOnlyList<int>? kept, int count)
    {
        var mask = new bool[count];
        if (kept is null)
            Array.Fill(mask, true);
        foreach (var channel in kept ?? [])
            mask[channel] = true;
        return mask;
    }
}
