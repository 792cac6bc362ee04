using System.Text;
using System.Xml.Linq;
using static CompileTime.Reports.Html;

namespace CompileTime.Reports;

/// <summary>Where a layer's weights are left, outputs from top to bottom and inputs from left to right; darker is denser.</summary>
internal static class SvgMap
{
    public const int MostRows = 48;
    public const int MostColumns = 72;

    // A path for each shade, of horizontal strokes: a few bytes for a cell.
    private const int Shades = 5;

    public static XElement Draw(WeightStatistics weight, string label)
    {
        var paths = Enumerable.Range(0, Shades).Select(_ => new StringBuilder()).ToArray();
        for (var row = 0; row < weight.Rows; row++)
        {
            for (var (column, next) = (0, 0); column < weight.Columns; column = next)
            {
                var shade = Shade(weight.Density(row, column));
                for (next = column + 1; next < weight.Columns && Shade(weight.Density(row, next)) == shade;)
                    next++;
                if (shade > 0)
                    paths[shade - 1].Append(Text($"M{column} {row}.5h{next - column}"));
            }
        }

        var svg = Element("svg", "map", Attribute("viewBox", Text($"0 0 {weight.Columns} {weight.Rows}")), Attribute("preserveAspectRatio",
            "none"),
            Attribute("role", "img"), Attribute("aria-label", label),
            Element("rect", "empty", Attribute("width", weight.Columns), Attribute("height", weight.Rows)));
        for (var shade = 1; shade <= Shades; shade++)
        {
            if (paths[shade - 1].Length > 0)
                svg.Add(Element("path", Text($"shade{shade}"), Attribute("d", paths[shade - 1].ToString())));
        }

        return svg;
    }

    private static int Shade(double density) => (int)Math.Ceiling(density * Shades);
}
