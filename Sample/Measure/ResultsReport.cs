using System.Globalization;
using System.Text;
using Sample.Display;

namespace Sample.Measure;

/// <summary>Results as Markdown.</summary>
internal static class ResultsReport
{
    /// <summary>The text: tables, and all that is needed to measure it again.</summary>
    public static string Write(IReadOnlyList<Result> results, int seed)
    {
        var text = new StringBuilder();
        text.Append("    dotnet run -c Release --project Sample -- results --data DIR")
            .Append(seed == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" --seed {seed}")).Append("\n\n");
        text.Append("DIR has the folders `mnist` and `fashion-mnist` with the four IDX files each. Each network is trained, pruned by 60 % "
            + "(L1, global), fine-tuned, and converted to int8 (Fbgemm). Accuracies are of the 10,000 test images; those of int8 are the "
            + "generated class's, and the reference interpreter's agree.\n\n");
        WriteAccuracy(text, results);
        WriteSpeed(text, results);
        WriteTraining(text, results);
        text.Append($"\nMeasured on: {Machine.Description}.\n");
        return text.ToString();
    }

    private static void WriteAccuracy(StringBuilder text, IReadOnlyList<Result> results)
    {
        text.Append("| Data | Network | float | pruned, fine-tuned | int8 | int8 − float | weights not 0 in int8 "
            + "| float bytes | int8 bytes | smaller |\n");
        text.Append("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (var result in results)
        {
            var report = result.Compressed.Report;
            var points = (100 * (report.Int8 - report.Float))?.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);
            text.Append($"| {result.Data} | {result.Network.ClassName} | {Format.Percent(report.Float)} ")
                .Append($"| {Format.Percent(report.Pruned)} | {Format.Percent(report.Int8)} | {points} ")
                .Append($"| {Format.Percent((double)report.KeptInt8 / report.Weights)} | {Format.Count(report.FloatBytes)} ")
                .Append($"| {Format.Count(report.ShippedBytes)} | {Format.Ratio((double)report.FloatBytes / report.ShippedBytes)} |\n");
        }
    }

    private static void WriteSpeed(StringBuilder text, IReadOnlyList<Result> results)
    {
        text.Append("\nµs per prediction on one thread, warmed up, from bytes for the generated class; median of interleaved rounds, "
            + "in brackets the quartiles:\n\n");
        text.Append("| Data | Network | float network | generated int8 class | faster |\n");
        text.Append("|---|---|--:|--:|--:|\n");
        foreach (var result in results)
        {
            text.Append($"| {result.Data} | {result.Network.ClassName} | {Time(result.FloatTime)} | {Time(result.Int8Time)} "
                + $"| {Format.Ratio(result.FloatTime.Median / result.Int8Time.Median)} |\n");
        }
    }

    private static void WriteTraining(StringBuilder text, IReadOnlyList<Result> results)
    {
        text.Append("\nOne epoch of training (batches of 64, Adam):\n\n");
        foreach (var result in results)
        {
            var seconds = result.Compressed.EpochTime.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
            text.Append($"* {result.Network.ClassName}, {Format.Count(result.TrainingImages)} images of {result.Data}: {seconds} s\n");
        }
    }

    private static string Time(Spread spread) =>
        $"{Format.Microseconds(spread.Median)} [{Format.Microseconds(spread.LowerQuartile)}–{Format.Microseconds(spread.UpperQuartile)}]";
}
