using CompileTime.Reports;

namespace CompileTime;

/// <summary>What quantization does to the value that one layer gives.</summary>
/// <param name="Name">Name of the layer; <c>input</c> for the quantized input.</param>
/// <param name="Operator">The operator of the converted network, with what is fused into it.</param>
/// <param name="Sqnr">
/// Signal-to-quantization-noise ratio through the network, in dB: the float network's values against what the bytes stand for. Infinite
/// where there is no noise, NaN where all values are 0.
/// </param>
/// <param name="OwnSqnr">The same of what the layer adds itself: it in float32 on the int8 network's operands against its bytes.</param>
/// <param name="ClippedShare">The share of the float network's values that no byte reaches, in [0, 1].</param>
/// <param name="ChosenMin">Lower end of the range that the scale was made for; null for a value that stays float32.</param>
/// <param name="ChosenMax">Upper end of the range that the scale was made for.</param>
/// <param name="ObservedMin">The smallest value of the float network.</param>
/// <param name="ObservedMax">The largest value of the float network.</param>
public sealed record LayerNoise(string Name, string Operator, double Sqnr, double OwnSqnr, double ClippedShare,
    float? ChosenMin, float? ChosenMax, float ObservedMin, float ObservedMax);

/// <summary>What <see cref="CompressedModel.Report"/> measured; the page shows it with pictures.</summary>
public sealed record QuantizationReport
{
    internal QuantizationReport()
    {
    }

    /// <summary>Accuracies, bytes and work of the whole network.</summary>
    public required ValidationReport Validation { get; init; }

    /// <summary>How many samples the layers were measured on.</summary>
    public required int Samples { get; init; }

    /// <summary>The layers that ship, those that add most noise to their signal first.</summary>
    public required IReadOnlyList<LayerNoise> Layers { get; init; }

    /// <summary>Which layer loses most, in a sentence.</summary>
    public required string Verdict { get; init; }

    /// <summary>Why, and what to try; empty when no layer adds any noise.</summary>
    public required string Advice { get; init; }

    internal static QuantizationReport Of(ValidationReport validation, int samples, Diagnosis diagnosis) => new()
    {
        Validation = validation,
        Samples = samples,
        Verdict = diagnosis.Verdict,
        Advice = diagnosis.Advice,
        Layers =
        [
            .. diagnosis.WorstFirst.Select(node => new LayerNoise(node.Node.Name, HtmlTables.Operator(node.Node), node.Statistics.Sqnr,
                node.Statistics.OwnSqnr, node.Statistics.ClippedShare, node.Statistics.Chosen?.Min, node.Statistics.Chosen?.Max,
                node.Statistics.Histogram.Min, node.Statistics.Histogram.Max)),
        ],
    };
}
