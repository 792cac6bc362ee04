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
    /// <param name="loaded">The class with those weights.</param>
    /// <param name="compiled">The class with the weights compiled into this build, if any.</param>
    /// <param name="test">Images to measure with.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    public static Table Create(
        Compressed compressed, PredictBytes loaded, PredictBytes? compiled, Dataset test, CancellationToken cancellationToken)
    {
        PredictBytes[] classes = compiled is null ? [loaded] : [loaded, compiled];
        var times = Contest.Run(compressed.Trainer, classes, test, Rounds, cancellationToken);
        var report = compressed.Report;
        var floatBytes = Format.Count(report.FloatBytes);
        var floatTime = times[0].Median;

        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumn("");
        foreach (var title in (string[])["accuracy", "bytes", "µs/prediction", "speed-up"])
            table.AddColumn(new TableColumn(title).RightAligned());
        table.AddRow("float", Format.Percent(report.Float), floatBytes, Format.Microseconds(floatTime), "");
        table.AddRow(
            $"pruned {Format.Percent(compressed.Trainer.Sparsity)}",
            Format.Percent(report.Pruned),
            floatBytes,
            "as float",
            "");
        var bytes = Format.Count(report.ShippedBytes);
        if (compiled is null)
        {
            // Without compiled-in weights there is no generated code yet: the class interprets.
            var accuracy = Format.Percent(Classifier.Accuracy(loaded, test));
            table.AddRow("int8, interpreted", accuracy, bytes, Format.Microseconds(times[1].Median), "");
            return table;
        }

        table.AddRow(Int8Row("int8, just saved", loaded, test, bytes, times[1].Median, floatTime));
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
