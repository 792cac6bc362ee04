using System.Globalization;
using System.Text;
using System.Text.Json;
using CompileTime.Benchmarks.Networks;
using Sample.Measure;

namespace CompileTime.Benchmarks.Compare;

/// <summary>The ratios as Markdown, one table a batch, and every figure as JSON.</summary>
internal static class CompareReport
{
    private static readonly JsonSerializerOptions s_indented = new()
    {
        WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    public static string Write(IReadOnlyList<Measurement> measurements, IReadOnlyList<Variant> variants)
    {
        var text = new StringBuilder();
        foreach (var batch in measurements.GroupBy(measurement => measurement.Batch).OrderBy(group => group.Key))
        {
            text.Append(Text($"\nBatch {batch.Key}: time of the faster of ONNX Runtime int8 and float32, divided by ours\n\n"));
            string[] names = [.. variants.Select(variant => variant.Name).Where(name => batch.Any(found => found.Variant == name))];
            Row(["network", .. names]);
            Row(["---", .. names.Select(_ => "--:")]);
            foreach (var network in batch.GroupBy(measurement => measurement.Network))
                Row([network.Key, .. names.Select(name => Ratio(network.Where(found => found.Variant == name)))]);
            Row(["geometric mean", .. names.Select(name => Ratio(batch.Where(found => found.Variant == name)))]);
            Row(["worst", .. names.Select(name => Text($"{batch.Where(found => found.Variant == name).Min(found => found.Ratio):0.00}"))]);
        }

        Filters(measurements, text);
        text.Append(Text($"\nMeasured on: {Machine.Description}, one thread.\n"));
        return text.ToString();

        void Row(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    public static void WriteJson(IReadOnlyList<Measurement> measurements, string path) => File.WriteAllText(path,
        JsonSerializer.Serialize(
            new { Machine = Machine.Description, Unit = "microseconds per sample", Measurements = measurements }, s_indented));

    /// <summary>What removed filters gain against our own dense network.</summary>
    private static void Filters(IReadOnlyList<Measurement> measurements, StringBuilder text)
    {
        foreach (var filters in measurements.Where(found => found.Variant.StartsWith("filters", StringComparison.Ordinal)))
        {
            var dense = measurements.FirstOrDefault(found =>
                found.Network == filters.Network && found.Batch == filters.Batch && found.Variant == "dense");
            if (dense is not null)
            {
                text.Append(Text($"\n{filters.Network}, batch {filters.Batch}, {filters.Variant} removed: "))
                    .Append(Text($"{dense.Macs:N0} -> {filters.Macs:N0} "))
                    .Append(Text($"multiply-accumulates, {(double)dense.Macs / filters.Macs:0.0} times fewer; "))
                    .Append(Text($"{dense.Ours.Median / filters.Ours.Median:0.00} times faster than our dense one\n"));
            }
        }
    }

    private static string Ratio(IEnumerable<Measurement> measurements)
    {
        double[] ratios = [.. measurements.Select(measurement => measurement.Ratio)];
        return ratios.Length == 0 ? "" : Text($"{Math.Exp(ratios.Average(Math.Log)):0.00}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
