using System.Globalization;
using System.Text;

namespace CompileTime;

/// <summary>How a network does when one layer is pruned and all others are left alone.</summary>
/// <param name="Name">Name of the layer.</param>
/// <param name="Kind">Linear or Conv2d.</param>
/// <param name="Units">Weights, filters or channels of the layer that were not pruned before.</param>
/// <param name="Metrics">Accuracy in [0, 1], or mean squared error, per amount of the report.</param>
public sealed record LayerSensitivity(string Name, string Kind, long Units, IReadOnlyList<double> Metrics);

/// <summary>What <see cref="Trainer.Sensitivity(Dataset, double[])"/> measured. <see cref="ToString"/> is a table.</summary>
public sealed record SensitivityReport
{
    internal SensitivityReport()
    {
    }

    /// <summary>Full name of the class that declares the network.</summary>
    public required string ModelName { get; init; }

    /// <summary>What was pruned as one.</summary>
    public required Structure Structure { get; init; }

    /// <summary>Samples of the test set.</summary>
    public required int Samples { get; init; }

    /// <summary>True when measured by accuracy in [0, 1]; false for the mean squared error.</summary>
    public required bool IsClassification { get; init; }

    /// <summary>The network as it is, before any of this.</summary>
    public required double Baseline { get; init; }

    /// <summary>The shares of a layer's weights, filters or channels that were pruned, each in [0, 1], ascending.</summary>
    public required IReadOnlyList<double> Amounts { get; init; }

    /// <summary>The layers with weights, in order.</summary>
    public required IReadOnlyList<LayerSensitivity> Layers { get; init; }

    /// <summary>
    /// The largest measured amount per layer up to which the network loses no more than <paramref name="loss"/>; 0 where every amount
    /// costs more.
    /// </summary>
    /// <param name="loss">Accuracy in [0, 1] that may be lost, or mean squared error that may be added. Not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The loss is negative or NaN.</exception>
    public IReadOnlyDictionary<string, double> AmountsWithin(double loss)
    {
        if (!(loss >= 0))
            throw new ArgumentOutOfRangeException(nameof(loss), loss, "The loss that is allowed must not be negative.");
        var result = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var layer in Layers)
        {
            var good = layer.Metrics.TakeWhile(metric => (IsClassification ? Baseline - metric : metric - Baseline) <= loss).Count();
            result.Add(layer.Name, good == 0 ? 0 : Amounts[good - 1]);
        }

        return result;
    }

    /// <summary>A row per layer, a column per amount.</summary>
    public override string ToString()
    {
        var rows = new List<string[]>
        {
            (string[])["layer", "operator", What, .. Amounts.Select(amount => Text($"{amount * 100:0.##} %"))],
        };
        foreach (var layer in Layers)
            rows.Add([layer.Name, layer.Kind, Text($"{layer.Units}"), .. layer.Metrics.Select(Metric)]);
        var text = new StringBuilder();
        var metric = IsClassification ? "accuracy" : "mean squared error";
        text.Append(Text($"{ModelName}, {Samples} samples: {metric} when one layer is pruned"));
        text.Append(Text($" ({What}, by L1), without fine-tuning; {Metric(Baseline)} before.\n\n"));
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            for (var column = 0; column < row.Length; column++)
                text.Append(column == 0 ? row[column].PadRight(widths[column]) : "  " + row[column].PadLeft(widths[column]));
            text.Append('\n');
        }

        return text.ToString();
    }

    private string What => Structure switch
    {
        Structure.Filter => "filters",
        Structure.Channel => "channels",
        _ => "weights",
    };

    private string Metric(double value) => IsClassification ? Text($"{value * 100:F2} %") : Text($"{value:G6}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
