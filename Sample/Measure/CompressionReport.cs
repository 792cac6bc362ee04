using System.Globalization;
using System.Text;
using Sample.Display;
using Sample.Pipeline;

namespace Sample.Measure;

/// <summary>The numbers of docs/results-compression.md as Markdown.</summary>
internal static class CompressionReport
{
    /// <summary>The text: the comparison, the layers, and all that is needed to measure it again.</summary>
    public static string Write(IReadOnlyList<(ExtremeCompression Way, ValidationReport Report)> results, int seed)
    {
        var text = new StringBuilder();
        text.Append("    dotnet run -c Release --project Sample -- compression --data DIR")
            .Append(seed == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" --seed {seed}")).Append("\n\n");
        text.Append("DIR has the folder `mnist` with its four IDX files. The two networks of Deep Compression (Han, Mao and Dally 2016) "
            + "are "
            + "trained, pruned gradually by magnitude while training goes on, fine-tuned, converted to int8 and entropy-coded. Errors are "
            + "of the 10,000 test images.\n\n");
        text.Append("| Network | float error | int8 error | float bytes | weights | manifest | shipped bytes | smaller "
            + "| Deep Compression: error | bytes | smaller |\n");
        text.Append("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (var (way, report) in results)
        {
            text.Append($"| {way.Title} | {Format.Percent(1 - report.Float)} | {Format.Percent(1 - report.Int8)} ")
                .Append($"| {Format.Count(report.FloatBytes)} | {Format.Count(report.BlobBytes)} | {Format.Count(report.ManifestBytes)} ")
                .Append($"| **{Format.Count(report.ShippedBytes)}** | **{Format.Ratio(report.Factor)}** ")
                .Append($"| {Format.Percent(way.PaperError)} | {Format.Count(way.PaperBytes)} ")
                .Append($"| {Format.Ratio((double)report.FloatBytes / way.PaperBytes)} |\n");
        }

        text.Append("\n| Network | layer | weights | kept in float | kept in int8 | bytes | bits per weight |\n");
        text.Append("|---|---|--:|--:|--:|--:|--:|\n");
        foreach (var (way, report) in results)
        {
            foreach (var layer in report.Layers)
            {
                text.Append($"| {way.Title} | {layer.Name} {layer.Kind} | {Format.Count(layer.Weights)} ")
                    .Append($"| {Format.Percent((double?)layer.KeptFloat / layer.Weights)} | {Format.Percent(layer.Density)} ")
                    .Append($"| {Format.Count(layer.ShippedBytes)} ")
                    .Append(string.Create(CultureInfo.InvariantCulture, $"| {layer.BitsPerWeight:0.00} |\n"));
            }
        }

        text.Append('\n');
        foreach (var (way, report) in results)
        {
            var (dense, pruning, tuning) = way.Epochs;
            text.Append($"* {way.Title} (`{way.Network.ClassName}`): epochs: {dense} dense, {pruning} + 1 with gradual pruning, "
                + $"{tuning} of "
                + $"fine-tuning; Adam, learning rate {way.LearningRate.ToString(CultureInfo.InvariantCulture)}; "
                + (way.Copies == 1 ? "the training images as they are" : $"each training image {way.Copies} times an epoch, moved by up "
                + "to a pixel but "
                + "once") + $"; {Format.Count(report.Weights - report.KeptInt8)} of {Format.Count(report.Weights)} weights are 0.\n");
        }

        return text.ToString();
    }
}
