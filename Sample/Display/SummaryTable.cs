using Sample.Measure;
using Sample.Networks;
using Sample.Pipeline;
using Spectre.Console;

namespace Sample.Display;

/// <summary>The table at the end: what compression cost and what it gained.</summary>
internal static class SummaryTable
{
    private const int Rounds = 41;

    /// <summary>Measures and tabulates.</summary>
    /// <param name="compressed">What was just trained.</param>
    /// <param name="path">Where it was just saved.</param>
    /// <param name="loaded">The class with those weights.</param>
    /// <param name="compiled">The class with the weights compiled into this build, if any.</param>
    /// <param name="test">Images to measure with.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    public static Table Create(
        Compressed compressed, string path, PredictBytes loaded, PredictBytes? compiled, Dataset test, CancellationToken cancellationToken)
    {
        PredictBytes[] classes = compiled is null ? [loaded] : [loaded, compiled];
        var times = Contest.Run(compressed.Trainer, classes, test, Rounds, cancellationToken);
        var floatBytes = 4L * compressed.Trainer.ParameterCount;
        var floatTime = times[0].Median;

        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumn("");
        foreach (var title in (string[])["accuracy", "bytes", "µs/prediction", "speed-up"])
            table.AddColumn(new TableColumn(title).RightAligned());
        table.AddRow("float", Format.Percent(compressed.FloatAccuracy), Format.Count(floatBytes), Format.Microseconds(floatTime), "");
        table.AddRow(
            $"pruned {Format.Percent(compressed.Trainer.Sparsity)}",
            Format.Percent(compressed.PrunedAccuracy),
            Format.Count(floatBytes),
            "as float",
            "");
        var int8Bytes = Format.Count(new FileInfo(path + ".ctw").Length);
        table.AddRow(Int8Row("int8, just saved", loaded, test, int8Bytes, times[1].Median, floatTime));
        if (compiled is not null)
            table.AddRow(Int8Row("int8, compiled in", compiled, test, "in the .dll", times[2].Median, floatTime));
        return table;
    }

    private static string[] Int8Row(string title, PredictBytes predict, Dataset test, string bytes, double time, double floatTime) =>
    [
        $"[bold]{title}[/]",
        Format.Percent(Classifier.Accuracy(predict, test)),
        bytes,
        $"[bold]{Format.Microseconds(time)}[/]",
        $"[green]{Format.Ratio(floatTime / time)}[/]",
    ];
}
