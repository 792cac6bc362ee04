using System.Text;
using System.Xml.Linq;
using static CompileTime.Reports.Html;

namespace CompileTime.Reports;

/// <summary>The whole network from left to right: a line for the signal-to-noise ratio through it, a dot for what each layer has of its
/// own.</summary>
internal static class SvgNetwork
{
    private const int MostNames = 40;
    private const int MostLetters = 16;
    private const int LeastDecibels = -20;
    private const int MostDecibels = 80;
    private const int Width = 1040;
    private const int Height = 220;
    private const int Left = 44;
    private const int Right = 24;
    private const int Top = 16;

    /// <param name="nodes">Those that ship, in order.</param>
    /// <param name="worst">Is marked.</param>
    /// <param name="isLoud">Whether it is worse than it should be.</param>
    public static XElement Draw(IReadOnlyList<ReportNode> nodes, ReportNode? worst, bool isLoud)
    {
        var values = nodes.SelectMany(node => (double[])[node.Statistics.Sqnr, node.Statistics.OwnSqnr]).Where(double.IsFinite).ToList();
        var (low, high) = (Math.Min(0, 10 * Math.Floor(values.DefaultIfEmpty(0).Min() / 10)),
            10 * Math.Ceiling((values.DefaultIfEmpty(0).Max() + 1) / 10));
        (low, high) = (Math.Max(low, LeastDecibels), Math.Min(high, MostDecibels));
        double X(int index) => nodes.Count == 1 ? Width / 2.0
            : Left + 20 + (index * (double)(Width - Left - Right - 40) / (nodes.Count - 1));
        double Y(double value) => Height - ((Math.Clamp(value, low, high) - low) / (high - low) * (Height - Top));
        var names = nodes.Count <= MostNames;
        var below = names ? 20 + (5 * Math.Min(MostLetters, nodes.Max(node => node.Node.Name.Length))) : 8;
        var svg = Element("svg", "network" + (isLoud ? " loud" : "") + (names ? "" : " many"), Attribute("viewBox",
            Text($"0 0 {Width} {Height + (below)}")), Attribute("role", "img"),
            Attribute("aria-label", "Signal-to-quantization-noise ratio of each layer in the order of the network"));
        for (var tick = low; tick <= high; tick += 10)
        {
            svg.Add(Element("line", "grid", Attribute("x1", Left), Attribute("x2", Width - Right), Attribute("y1", Coordinate(Y(tick))),
                Attribute("y2", Coordinate(Y(tick)))));
            svg.Add(Element("text", null, Attribute("x", Left - 8), Attribute("y", Coordinate(Y(tick) + 4)), Attribute("text-anchor",
                "end"), Number(tick)));
        }

        var (line, dots) = (new StringBuilder(), new StringBuilder());
        for (var i = 0; i < nodes.Count; i++)
        {
            var (through, own) = (nodes[i].Statistics.Sqnr, nodes[i].Statistics.OwnSqnr);
            if (!double.IsNaN(through))
                line.Append(Text($"{(line.Length == 0 ? 'M' : 'L')}{Coordinate(X(i))} {Coordinate(Y(through))}"));
            if (double.IsFinite(own) && nodes[i] != worst)
                dots.Append(Text($"M{Coordinate(X(i))} {Coordinate(Y(own))}h0"));
            if (names)
                svg.Add(Name(X(i), nodes[i], nodes[i] == worst));
        }

        if (line.Length > 0)
            svg.Add(Element("path", "through", Attribute("d", line.ToString())));
        if (dots.Length > 0)
            svg.Add(Element("path", "own", Attribute("d", dots.ToString())));
        if (worst is not null && nodes.ToList().IndexOf(worst) is var at)
        {
            var (x, y) = (X(at), Y(worst.Statistics.OwnSqnr));
            svg.Add(Element("line", "drop", Attribute("x1", Coordinate(x)), Attribute("x2", Coordinate(x)), Attribute("y1", Top),
                Attribute("y2", Height)));
            svg.Add(Element("path", "own worst", Attribute("d", Text($"M{Coordinate(x)} {Coordinate(y)}h0"))));
        }

        return svg;
    }

    private static XElement Name(double x, ReportNode node, bool isWorst) => Element("text", isWorst ? "worst" : null,
        Attribute("transform", Text($"translate({Coordinate(x + 4)} {Height + 14}) rotate(-45)")), Attribute("text-anchor", "end"),
        node.Node.Name.Length <= MostLetters ? node.Node.Name : node.Node.Name[..(MostLetters - 1)] + "…");
}
