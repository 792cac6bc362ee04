using System.Globalization;
using System.Text;

namespace CompileTime;

/// <summary>How many weights of a layer are left.</summary>
/// <param name="Name">Name of the layer.</param>
/// <param name="Kind">Linear or Conv2d.</param>
/// <param name="Weights">Elements of the weight, the bias not counted.</param>
/// <param name="KeptFloat">Those that are not zero before quantization; null when the float network is not known.</param>
/// <param name="KeptInt8">Those that are not zero as int8: small ones may round to zero.</param>
public sealed record LayerDensity(string Name, string Kind, long Weights, long? KeptFloat, long KeptInt8)
{
    /// <summary>The share of weights that are not zero as int8, in [0, 1].</summary>
    public double Density => (double)KeptInt8 / Weights;

    /// <summary>Bytes of the layer's weight and bias as float32.</summary>
    public long FloatBytes { get; init; }

    /// <summary>Bytes of the layer in the saved weights: weight, scales and bias; 0 when the whole layer was removed.</summary>
    public long ShippedBytes { get; init; }

    /// <summary>
    /// Blocks of sixteen outputs and four inputs, as dense kernels read them, in the converted network; 0 when it has none of the layer.
    /// </summary>
    public int Blocks { get; init; }

    /// <summary>Those of <see cref="Blocks"/> without a weight, which dense kernels leave out.</summary>
    public int EmptyBlocks { get; init; }

    /// <summary>Bits that a weight takes in the saved weights, its share of scales and bias included.</summary>
    public double BitsPerWeight => 8.0 * ShippedBytes / Weights;
}

/// <summary>What <see cref="CompressedModel.Validate"/> measured. <see cref="ToString"/> is a table.</summary>
public sealed partial record ValidationReport
{
    internal ValidationReport()
    {
    }

    /// <summary>Full name of the class that declares the network.</summary>
    public required string ModelName { get; init; }

    /// <summary>Samples of the test set.</summary>
    public required int Samples { get; init; }

    /// <summary>True when the stages are measured by accuracy in [0, 1]; false for the mean squared error.</summary>
    public required bool IsClassification { get; init; }

    /// <summary>False for a model that was loaded from a file: it has only integers.</summary>
    public required bool IsFloatKnown { get; init; }

    /// <summary>Whether the network was pruned.</summary>
    public required bool IsPruned { get; init; }

    /// <summary>The float network before the first Prune; null when it is not known.</summary>
    public required double? Float { get; init; }

    /// <summary>
    /// The pruned float network that was converted, or that quantization-aware training began with; null when it was not pruned, or is not
    /// known.
    /// </summary>
    public required double? Pruned { get; init; }

    /// <summary>The network in integers.</summary>
    public required double Int8 { get; init; }

    /// <summary>Trained parameters of the float network.</summary>
    public required long Parameters { get; init; }

    /// <summary>Bytes of the float network's parameters.</summary>
    public long FloatBytes => Parameters * sizeof(float);

    /// <summary>Bytes of the weights as saved (<c>.ctw</c>).</summary>
    public required long BlobBytes { get; init; }

    /// <summary>Bytes of the manifest as saved (<c>.ctm</c>).</summary>
    public required long ManifestBytes { get; init; }

    /// <summary>Bytes of manifest and weights as saved.</summary>
    public long ShippedBytes => BlobBytes + ManifestBytes;

    /// <summary>How many times <see cref="ShippedBytes"/> go into <see cref="FloatBytes"/>.</summary>
    public double Factor => (double)FloatBytes / ShippedBytes;

    /// <summary>Bits of <see cref="ShippedBytes"/> for each parameter; 32 in the float network.</summary>
    public double BitsPerParameter => 8.0 * ShippedBytes / Parameters;

    /// <summary>The layers with weights, in order.</summary>
    public required IReadOnlyList<LayerDensity> Layers { get; init; }

    /// <summary>Elements of all weights, biases not counted.</summary>
    public long Weights => Layers.Sum(layer => layer.Weights);

    /// <summary>Weights that are not zero before quantization; null when the float network is not known.</summary>
    public long? KeptFloat => IsFloatKnown ? Layers.Sum(layer => layer.KeptFloat) : null;

    /// <summary>Weights that are not zero as int8.</summary>
    public long KeptInt8 => Layers.Sum(layer => layer.KeptInt8);

    /// <summary>The stages side by side, then the layers.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Text($"{ModelName}, {Samples:N0} samples\n\n"));
        Append(text, [
            ["", "float", "pruned", "int8"],
            [
                IsClassification ? "accuracy" : "mean squared error",
                Metric(Float),
                IsPruned || !IsFloatKnown ? Metric(Pruned) : "not pruned",
                Metric(Int8),
            ],
            [
                "weights that are not zero",
                IsFloatKnown ? Text($"{Weights:N0}") : Missing,
                KeptFloat is { } kept ? Share(kept) : Missing,
                Share(KeptInt8),
            ],
            ["bytes", Text($"{FloatBytes:N0}"), Text($"{FloatBytes:N0}"), Text($"{ShippedBytes:N0}")],
        ]);
        if (IsFloatKnown && Float is null)
        {
            text.Append("\nThe float network is not known: the weights came with masks (from a checkpoint or another trainer), or were "
                + "pruned before they were trained.\n");
        }

        var (factor, word) = Factor >= 1 ? (Factor, "smaller") : (1 / Factor, "larger");
        text.Append(Text($"\n{Parameters:N0} parameters; {BlobBytes:N0} bytes of weights and {ManifestBytes:N0} of manifest: "))
            .Append(Text($"{factor:F1} times {word}, {BitsPerParameter:F2} bits for each.\n\n"));
        Append(text, [["layer", "operator", "weights", "kept in float", "kept in int8", "empty 16x4 blocks", "bytes", "bits/weight"],
            .. Layers.Select(Row)]);
        AppendWork(text);
        return text.ToString();
    }

    private string Missing => IsFloatKnown ? "not known" : "not in the artifact";

    private string[] Row(LayerDensity layer) =>
    [
        layer.Name, layer.Kind, Text($"{layer.Weights:N0}"), layer.KeptFloat is { } left ? Percent(left, layer.Weights) : Missing,
        Percent(layer.KeptInt8, layer.Weights), layer.Blocks == 0 ? "-" : Text($"{layer.EmptyBlocks:N0} of {layer.Blocks:N0}"),
        Text($"{layer.ShippedBytes:N0}"), Text($"{layer.BitsPerWeight:F2}"),
    ];

    private string Metric(double? value) => value is not { } number ? Missing
        : IsClassification ? Text($"{number * 100:F2} %")
        : Text($"{number:G6}");

    private string Share(long kept) => Text($"{kept:N0} ({Percent(kept, Weights)})");

    private static string Percent(long part, long whole) => whole == 0 ? "-" : Text($"{100.0 * part / whole:F1} %");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // The first column to the left, numbers to the right.
    private static void Append(StringBuilder text, IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            var line = new StringBuilder();
            for (var column = 0; column < row.Length; column++)
                line.Append(column == 0 ? row[column].PadRight(widths[column]) : "  " + row[column].PadLeft(widths[column]));
            text.Append(line.ToString().TrimEnd()).Append('\n');
        }
    }
}
