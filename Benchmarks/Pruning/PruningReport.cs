using System.Globalization;
using System.Text;
using Sample.Display;
using Sample.Measure;

namespace CompileTime.Benchmarks.Pruning;

/// <summary>The measured part of docs/pruning.md, and its plots.</summary>
internal static class PruningReport
{
    /// <summary>The tables as Markdown.</summary>
    public static string Write(IReadOnlyList<(PruningFamily Family, IReadOnlyList<PruningResult> Results)> families, int seed)
    {
        var text = new StringBuilder();
        text.Append("    dotnet run -c Release --project Benchmarks -- pruning --data DIR")
            .Append(seed == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" --seed {seed}")).Append("\n\n");
        text.Append("DIR has the folder `fashion-mnist` with its four IDX files. Each network is trained once, and from its weights "
            + "pruned in every pattern, fine-tuned (which is short: the differences between patterns count, not the last point of "
            + "accuracy), converted to int8 and compiled. Accuracies are of the 10,000 test images. µs per prediction of the generated "
            + "code on one "
            + "thread: median of interleaved rounds.\n");
        foreach (var (family, results) in families)
        {
            text.Append($"\n### {family.Name}\n\n{Format.Count(family.TrainImages)} images, {PruningFamily.Epochs} epochs, after "
                + $"pruning {PruningFamily.FineTuneEpochs} more.\n\n");
            text.Append("| Pattern | declared | accuracy | weights not 0 | shipped bytes | multiply-accumulates | µs |\n");
            text.Append("|---|--:|--:|--:|--:|--:|--:|\n");
            foreach (var result in results)
            {
                text.Append($"| {result.Pattern.Name} | {(result.Pattern.Rule is null ? "" : Format.Percent(result.Pattern.Amount))} ")
                    .Append($"| {Format.Percent(result.Accuracy)} | {Format.Percent(result.Kept)} | {Format.Count(result.Bytes)} ")
                    .Append($"| {Format.Count(result.Macs)} ")
                    .Append($"| {Format.Microseconds(result.Time.Median)} |\n");
            }

            text.Append($"\n![Accuracy]({family.FileName}-accuracy.svg)\n![Shipped bytes]({family.FileName}-bytes.svg)\n");
            text.Append($"![Time]({family.FileName}-time.svg)\n");
        }

        text.Append($"\nMeasured on: {Machine.Description}.\n");
        return text.ToString();
    }

    /// <summary>The plots, by the names of their files.</summary>
    public static IEnumerable<(string Name, string Svg)> Plots(PruningFamily family, IReadOnlyList<PruningResult> results)
    {
        yield return (family.FileName + "-accuracy.svg", Plot("Accuracy in %", result => 100 * result.Accuracy));
        yield return (family.FileName + "-bytes.svg", Plot("Shipped bytes", result => result.Bytes));
        yield return (family.FileName + "-time.svg", Plot("µs per prediction", result => result.Time.Median));

        string Plot(string title, Func<PruningResult, double> value)
        {
            var whole = results.Where(result => result.Pattern.Rule is null).ToList();
            var lines = results.Except(whole).GroupBy(result => result.Pattern.Line).Select(line => (line.Key, Points(
                [.. whole, .. line.OrderBy(result => result.Pattern.Amount)])));
            return new LineChart(family.Name + ": " + title, "declared to be pruned, in %", [.. lines]).ToSvg();

            IReadOnlyList<(double, double)> Points(IEnumerable<PruningResult> line) =>
                [.. line.Select(result => (100 * result.Pattern.Amount, value(result)))];
        }
    }
}
