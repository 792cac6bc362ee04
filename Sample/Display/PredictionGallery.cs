using Sample.Networks;
using Spectre.Console;

namespace Sample.Display;

/// <summary>A few test images and what a network takes them for.</summary>
internal static class PredictionGallery
{
    private const int Columns = 5;

    /// <summary>Shows the first images, and then the first one that is mistaken, if any.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="network">Whose class it is.</param>
    /// <param name="predict">The class.</param>
    /// <param name="test">The images.</param>
    /// <param name="greys">Whether the terminal can show them.</param>
    public static void Show(IAnsiConsole console, SampleNetwork network, PredictBytes predict, Dataset test, bool greys)
    {
        console.MarkupLineInterpolated($"[bold]new {network.ClassName}()[/], compiled into this program, reads:");
        var chosen = Enumerable.Range(0, Math.Min(Columns - 1, test.Count)).ToList();
        var mistake = Enumerable.Range(0, test.Count).FirstOrDefault(i => Classifier.Classify(predict, test.Bytes(i)) != test.Label(i), -1);
        if (mistake >= chosen.Count)
            chosen.Add(mistake);

        var grid = new Grid().AddColumns(chosen.Count);
        grid.AddRow([.. chosen.Select(i => DigitArt.Draw(test.Bytes(i), greys))]);
        grid.AddRow([.. chosen.Select(i => Caption(Classifier.Classify(predict, test.Bytes(i)), test.Label(i)))]);
        console.Write(grid);
        console.WriteLine();
    }

    private static Markup Caption(int predicted, int label) =>
        new(predicted == label ? $"[green]{predicted}[/]" : $"[red]{predicted}[/] (is {label})");
}
