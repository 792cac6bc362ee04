using System.Text;
using Sample.Display;

namespace Sample.Measure;

/// <summary>The measured part of docs/pruning.md, and its plots.</summary>
internal static class PruningReport
{
    /// <summary>The table as Markdown.</summary>
    public static string Write(IReadOnlyList<PruningResult> results)
    {
        var text = new StringBuilder();
        text.Append("    dotnet run -c Release --project Sample -- pruning --data DIR\n\n");
        text.Append("Twice: the first run trains, the build of the second compiles what was trained. DigitLeNet on Fashion-MNIST, trained for "
            + "4 epochs, pruned, fine-tuned for 1 (which is short: the differences between patterns count, not the last point of accuracy), "
            + "int8. µs per prediction of the generated class on one thread: median of interleaved rounds.\n\n");
        text.Append("| Pattern | declared | accuracy | weights not 0 | shipped bytes | multiply-accumulates | µs |\n");
        text.Append("|---|--:|--:|--:|--:|--:|--:|\n");
        foreach (var result in results)
        {
            text.Append($"| {result.Pattern} | {(result.Amount == 0 ? "" : Format.Percent(result.Amount))} | {Format.Percent(result.Accuracy)} ")
                .Append($"| {Format.Percent(result.Kept)} | {Format.Count(result.Bytes)} | {Format.Count(result.Macs)} ")
                .Append($"| {Format.Microseconds(result.Time.Median)} |\n");
        }

        text.Append("\n![Accuracy](pruning-accuracy.svg)\n![Shipped bytes](pruning-bytes.svg)\n![Time](pruning-time.svg)\n");
        text.Append($"\nMeasured on: {Machine.Description}.\n");
        return text.ToString();
    }

    /// <summary>The plots, by the names of their files.</summary>
    public static IEnumerable<(string Name, string Svg)> Plots(IReadOnlyList<PruningResult> results)
    {
        yield return ("pruning-accuracy.svg", Plot("Accuracy in %", result => 100 * result.Accuracy));
        yield return ("pruning-bytes.svg", Plot("Shipped bytes", result => result.Bytes));
        yield return ("pruning-time.svg", Plot("µs per prediction", result => result.Time.Median));

        string Plot(string title, Func<PruningResult, double> value)
        {
            var whole = results.Where(result => result.Amount == 0).ToList();
            var lines = results.Except(whole).GroupBy(result => result.Pattern.Contains(':') ? "N:M" : result.Pattern).Select(pattern =>
                (pattern.Key, (IReadOnlyList<(double, double)>)[.. whole.Concat(pattern).Select(result => (100 * result.Amount, value(result)))]));
            return new LineChart(title, "declared to be pruned, in %", [.. lines]).ToSvg();
        }
    }
}
