using CompileTime.Shared;
using static CompileTime.Reports.Html;

namespace CompileTime.Reports;

/// <summary>What the measurements mean: which layer loses most, by what, and what to try.</summary>
internal sealed class Diagnosis
{
    /// <summary>Own noise closer to the signal than this many dB is worth a change: bytes to 127 are good for 30 to 40.</summary>
    public const double Loud = 25;

    private readonly QuantizeRule _rule;

    /// <param name="nodes">What was measured.</param>
    /// <param name="rule">The network's rule.</param>
    public Diagnosis(IReadOnlyList<ReportNode> nodes, QuantizeRule rule)
    {
        _rule = rule;
        WorstFirst =
        [
            .. nodes.Where(node => node.IsShown).OrderBy(node => double.IsNaN(node.Statistics.OwnSqnr)).ThenBy(node =>
                node.Statistics.OwnSqnr),
        ];
        Worst = WorstFirst.FirstOrDefault(node => double.IsFinite(node.Statistics.OwnSqnr));
    }

    /// <summary>The layers that ship; those that add most noise to their signal first.</summary>
    public IReadOnlyList<ReportNode> WorstFirst { get; }

    /// <summary>Null when no layer adds any noise.</summary>
    public ReportNode? Worst { get; }

    public bool IsLoud => Worst?.Statistics.OwnSqnr < Loud;

    /// <summary>Which layer loses most, in a sentence.</summary>
    public string Verdict
    {
        get
        {
            if (Worst is null)
                return "No layer adds any noise.";
            var noise = Decibels(Worst.Statistics.OwnSqnr);
            var next = WorstFirst.FirstOrDefault(node => node != Worst && double.IsFinite(node.Statistics.OwnSqnr));
            return (IsLoud ? Text($"{Name(Worst)} loses most: the noise it adds itself is only {noise} below its signal")
                : Text($"No layer stands out: {Name(Worst)} adds most noise, {noise} below its signal"))
                + (next is null ? "." : Text($"; next is {Name(next)} with {Decibels(next.Statistics.OwnSqnr)}."));
        }
    }

    /// <summary>Why, and what to try.</summary>
    public string Advice => Worst is null ? "" : (Why(Worst) + " " + Try(Worst)).Trim();

    /// <summary>What most of a layer's own noise comes from.</summary>
    public static string Cause(ReportNode node)
    {
        var (clipping, rounding, weights) = Shares(node.Statistics);
        return clipping + rounding + weights == 0 ? "none"
            : clipping >= 0.5 ? "clipping"
            : weights >= 0.5 ? node.Weight is null ? "arithmetic" : "weights"
            : "steps";
    }

    /// <summary>Of a layer's own noise: beyond all bytes, rounded to a step, moved by rounded weights.</summary>
    public static (double Clipping, double Rounding, double Weights) Shares(LayerStatistics statistics)
    {
        var sum = statistics.ClippingNoise + statistics.RoundingNoise + statistics.WeightNoise;
        return sum == 0 ? default : (statistics.ClippingNoise / sum, statistics.RoundingNoise / sum, statistics.WeightNoise / sum);
    }

    /// <summary>Why, for a layer that loses.</summary>
    public static string Why(ReportNode node)
    {
        var statistics = node.Statistics;
        var (min, max) = statistics.Chosen ?? default;
        return Cause(node) switch
        {
            "clipping" => Text($"{Percent(statistics.ClippedShare)} of its values are clipped: it gives ") +
                Text($"{Number(statistics.Histogram.Min)} to {Number(statistics.Histogram.Max)}, ") +
                Text($"the range that was chosen is {Number(min)} to {Number(max)}."),
            "weights" when node.Node.Op == QuantizedOp.DynamicLinear =>
                "Most of it comes from rounded weights, and from its input, which is rounded in every call.",
            "weights" => Text($"Most of it comes from rounded weights: they are {Decibels(node.Weight!.Sqnr)} above their own rounding."),
            "steps" when Occupancy(statistics) < 0.25 =>
                Text($"Its steps are coarse: 99.9 % of its values lie within {Percent(Occupancy(statistics))} of the range ") +
                "that was chosen, " +
                Text($"{Number(min)} to {Number(max)}."),
            "steps" => Text($"Most of it is rounding to steps of {Number(statistics.Node.Scale)}."),
            _ => "",
        };
    }

    /// <summary>What to try for a layer that loses, the likeliest first.</summary>
    public string Try(ReportNode node)
    {
        var rule = node.Layer?.Layer.Quantize ?? _rule;
        var isReduced = rule.Backend is nameof(Backend.Fbgemm) or nameof(Backend.X86);
        var cause = Cause(node);
        var ways = new List<string>();
        if (cause == "clipping" && rule.Activation != nameof(Observer.MinMax))
            ways.Add("Activation = Observer.MinMax, which takes in all values");
        if (cause == "clipping")
            ways.Add("calibrating with more samples, as varied as these");
        if (cause == "steps" && Occupancy(node.Statistics) < 0.25)
            ways.Add("Activation = Observer.Mse or Observer.Percentile, which give up what lies far out");
        if (cause == "weights" && rule.WeightBits < QuantizeRule.DefaultWeightBits)
            ways.Add("WeightBits = 8: 6 dB");
        if (cause == "weights" && node.Node.Weight is { IsPerChannel: false })
            ways.Add("Weight = Observer.PerChannelMinMax, a scale for each output channel, or ConvertOptions.Equalize");
        else if (cause == "weights")
            ways.Add("Weight = Observer.Mse");
        if (isReduced && cause is "steps" or "arithmetic")
            ways.Add("Backend.OneDnn, whose bytes go to 255 instead of 127: 6 dB");
        if (cause == "steps" && ways.Count == 0)
            ways.Add("ConvertOptions.SearchScales");
        if (node.Layer is not null)
            ways.Add("[Quantize(Float32)] for this layer alone");
        return ways.Count == 0 ? "" : (IsLoud ? "Try " : "To have less, try ") + string.Join("; or ", ways) + ".";
    }

    private static string Name(ReportNode node) => Text($"'{node.Node.Name}' ({node.Node.Op})");

    /// <summary>How much of the chosen range the middle 99.9 % of the values need, zero among them.</summary>
    private static double Occupancy(LayerStatistics statistics)
    {
        var (min, max) = statistics.Chosen ?? default;
        var (low, high) = (Quantile(statistics, 0.0005), Quantile(statistics, 0.9995));
        return (Math.Max(high, 0) - Math.Min(low, 0)) / ((double)max - min);
    }

    private static double Quantile(LayerStatistics statistics, double share)
    {
        var histogram = statistics.Histogram;
        var (rank, seen) = (share * histogram.Count, 0L);
        for (int i = histogram.First, last = histogram.Last; i < last; i++)
        {
            seen += histogram[i].Count;
            if (seen >= rank)
                return (i + 0.5) * histogram.Width;
        }

        return histogram.Max;
    }
}
