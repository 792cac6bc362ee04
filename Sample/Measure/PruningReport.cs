using System.Text;
using Sample.Display;
using Sample.Networks;

namespace Sample.Measure;

/// <summary>The measured part of docs/pruning.md, and its plots.</summary>
internal static class PruningReport
{
    /// <summary>The tables as Markdown.</summary>
    public static string Write(IReadOnlyList<(PrunedFamily Family, IReadOnlyList<PruningResult> Results)> families)
    {
        var text = new StringBuilder();
        text.Append("    dotnet run -c Release --project Sample -- pruning --data DIR\n\n");
        text.Append("Twice: the first run trains, the build of the second compiles what was trained. Trained on Fashion-MNIST, pruned and "
            + "fine-tuned (which is short: the differences between patterns count, not the last point of accuracy), int8. µs per prediction "
            + "of the generated class on one thread: median of interleaved rounds.\n");
        foreach (var (family, results) in families)
        {
            text.Append($"\n### {family.Name}\n\n{Format.Count(family.TrainImages)} images, {family.Epochs} epochs, after pruning "
                + $"{family.FineTuneEpochs} more.\n\n");
            text.Append("| Pattern | declared | accuracy | weights not 0 | shipped bytes | multiply-accumulates | µs |\n");
            text.Append("|---|--:|--:|--:|--:|--:|--:|\n");
            foreach (var result in results)
            {
                text.Append($"| {result.Pattern} | {(result.Amount == 0 ? "" : Format.Percent(result.Amount))} | {Format.Percent(result.Accuracy)} ")
                    .Append($"| {Format.Percent(result.Kept)} | {Format.Count(result.Bytes)} | {Format.Count(result.Macs)} ")
                    .Append($"| {Format.Microseconds(result.Time.Median)} |\n");
            }

            text.Append($"\n![Accuracy]({family.FileName}-accuracy.svg)\n![Shipped bytes]({family.FileName}-bytes.svg)\n");
            text.Append($"![Time]({family.FileName}-time.svg)\n");
        }

        text.Append($"\nMeasured on: {Machine.Description}.\n");
        return text.ToString();
    }

    /// <summary>The plots, by the names of their files.</summary>
    public static IEnumerable<(string Name, string Svg)> Plots(PrunedFamily family, IReadOnlyList<PruningResult> results)
    {
        yield return (family.FileName + "-accuracy.svg", Plot("Accuracy in %", result => 100 * result.Accuracy));
        yield return (family.FileName + "-bytes.svg", Plot("Shipped bytes", result => result.Bytes));
        yield return (family.FileName + "-time.svg", Plot("µs per prediction", result => result.Time.Median));

        string Plot(string title, Func<PruningResult, double> value)
        {
            var whole = results.Where(result => result.Amount == 0).ToList();
            var lines = results.Except(whole).GroupBy(result => result.Pattern.Contains(':') ? "N:M" : result.Pattern).Select(pattern =>
                (pattern.Key, (IReadOnlyList<(double, double)>)[.. whole.Concat(pattern.OrderBy(result => result.Amount)).Select(result => (100 * result.Amount, value(result)))]));
            return new LineChart(family.Name + ": " + title, "declared to be pruned, in %", [.. lines]).ToSvg();
        }
    }
}
