using System.Text;
using System.Xml.Linq;
using CompileTime.Quantization;
using static CompileTime.Reports.Html;

namespace CompileTime.Reports;

/// <summary>A histogram with a logarithmic height, so that few values far out are seen; values that are clipped stand out.</summary>
internal static class SvgHistogram
{
    private const int Bars = 100;
    private const int Width = 400;
    private const int Height = 120;
    private const int Left = 6;
    private const int Top = 16;
    private const double BarWidth = (double)(Width - (2 * Left)) / Bars;

    /// <param name="histogram">The values; not empty.</param>
    /// <param name="range">The range that was chosen; null where there is none.</param>
    /// <param name="limit">The largest value that is not clipped, where it lies above the range.</param>
    /// <param name="label">What the picture shows, for those who cannot see it.</param>
    public static XElement Draw(ValueHistogram histogram, (float Min, float Max)? range, float? limit, string label)
    {
        double low = Math.Min(histogram.Min, range?.Min ?? histogram.Min), high = Math.Max(histogram.Max, range?.Max ?? histogram.Max);
        if (low == high)
            (low, high) = (low - 0.5, high + 0.5);
        double X(double value) => Left + ((value - low) / (high - low) * (Width - (2 * Left)));
        var counts = new long[Bars];
        for (int i = histogram.First, last = histogram.Last; i <= last; i++)
        {
            var middle = Math.Clamp((i + 0.5) * histogram.Width, histogram.Min, histogram.Max);
            counts[Math.Clamp((int)((middle - low) / (high - low) * Bars), 0, Bars - 1)] += histogram[i].Count;
        }

        var (inside, beyond, clipped) = (new StringBuilder(), new StringBuilder(), new StringBuilder());
        for (var i = 0; i < Bars; i++)
        {
            var middle = low + ((i + 0.5) / Bars * (high - low));
            Append(range is not { } within || (middle >= within.Min && middle <= within.Max) ? inside
                : middle < within.Min || middle > limit ? clipped : beyond, i, counts);
        }

        var svg = Element("svg", "histogram", Attribute("viewBox", Text($"0 0 {Width} {Height + 16}")), Attribute("role", "img"),
            Attribute("aria-label", label));
        if (range is { } chosen)
        {
            svg.Add(Element("rect", "range", Attribute("x", Coordinate(X(chosen.Min))), Attribute("y", Top),
                Attribute("width", Coordinate(X(chosen.Max) - X(chosen.Min))), Attribute("height", Height - Top)));
        }

        svg.Add(Path("bars", inside), Path("beyond", beyond), Path("clipped", clipped), Line("axis", Left, Width - Left, Height, Height));
        if (range is { } edges)
        {
            svg.Add(Line("edge", X(edges.Min), X(edges.Min), Top, Height), Line("edge", X(edges.Max), X(edges.Max), Top, Height));
            var isNarrow = X(edges.Max) - X(edges.Min) < 60;
            svg.Add(Label(X(edges.Min), Top - 5, edges.Min, isNarrow ? "end" : null), Label(X(edges.Max), Top - 5, edges.Max, isNarrow
                ? "start" : null));
        }

        if (limit is { } most && most < high && most > range?.Max)
            svg.Add(Line("limit", X(most), X(most), Top, Height));
        if (low < 0 && high > 0)
            svg.Add(Line("axis", X(0), X(0), Height, Height + 4));
        svg.Add(Label(X(histogram.Min), Height + 13, histogram.Min));
        if (histogram.Max > histogram.Min)
            svg.Add(Label(X(histogram.Max), Height + 13, histogram.Max));
        return svg;
    }

    private static void Append(StringBuilder path, int bar, long[] counts)
    {
        if (counts[bar] == 0)
            return;
        var height = Math.Max(1.5, Math.Log(1 + counts[bar]) / Math.Log(1 + counts.Max()) * (Height - Top - 4));
        path.Append(Text($"M{Coordinate(Left + (bar * BarWidth))} {Height}v-{Coordinate(height)}"))
            .Append(Text($"h{Coordinate(BarWidth - 0.6)}v{Coordinate(height)}z"));
    }

    private static XElement? Path(string @class, StringBuilder data) =>
        data.Length == 0 ? null : Element("path", @class, Attribute("d", data.ToString()));

    private static XElement Line(string @class, double x1, double x2, double y1, double y2) => Element("line", @class,
        Attribute("x1", Coordinate(x1)), Attribute("x2", Coordinate(x2)), Attribute("y1", Coordinate(y1)), Attribute("y2", Coordinate(y2)));

    // Labels of the ends must not leave the picture.
    private static XElement Label(double x, double y, float value, string? anchor = null) => Element("text", null, Attribute("x",
        Coordinate(x)),
        Attribute("y", Coordinate(y)), Attribute("text-anchor", x < 40 ? "start" : x > Width - 40 ? "end" : anchor ?? "middle"),
            Number(value));
}
