using System.Globalization;
using System.Net;
using System.Text;

namespace Sample.Measure;

/// <summary>A line chart as SVG.</summary>
/// <param name="Title">Above the chart.</param>
/// <param name="XTitle">Below it.</param>
/// <param name="Lines">The lines: a name and points from left to right.</param>
internal sealed record LineChart(string Title, string XTitle,
    IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> Lines)
{
    private const int Width = 640;
    private const int Height = 360;
    private const int Left = 70;
    private const int Right = 130;
    private const int Top = 40;
    private const int Bottom = 50;
    private const int Ticks = 5;

    // Told apart by people who do not see red and green (Okabe and Ito).
    private static readonly string[] s_colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

    /// <summary>The text of the file.</summary>
    public string ToSvg()
    {
        var points = Lines.SelectMany(line => line.Points).ToList();
        var x = Range(points.Select(point => point.X));
        var y = Range(points.Select(point => point.Y));
        var text = new StringBuilder();
        text.Append("<svg xmlns=\"http://www.w3.org/2000/svg\" ");
        text.Append(Text($"viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\">\n"));
        text.Append(Text($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#ffffff\"/>\n"));
        Label(text, Width / 2, 22, "middle", Title, "font-size=\"15\"");
        Label(text, (Left + Width - Right) / 2, Height - 12, "middle", XTitle);
        for (var i = 0; i <= Ticks; i++)
        {
            var (atX, atY) = (x.Low + ((x.High - x.Low) * i / Ticks), y.Low + ((y.High - y.Low) * i / Ticks));
            text.Append(Text($"<path d=\"M{Left} {Y(atY):F1}H{Width - Right}\" stroke=\"#dddddd\"/>\n"));
            Label(text, Left - 8, Y(atY) + 4, "end", Number(atY));
            Label(text, X(atX), Height - Bottom + 18, "middle", Number(atX));
        }

        for (var i = 0; i < Lines.Count; i++)
            AppendLine(text, i);
        return text.Append("</svg>\n").ToString();

        double X(double value) => Left + ((value - x.Low) / (x.High - x.Low) * (Width - Left - Right));
        double Y(double value) => Height - Bottom - ((value - y.Low) / (y.High - y.Low) * (Height - Top - Bottom));

        void AppendLine(StringBuilder text, int index)
        {
            var (color, line) = (s_colors[index % s_colors.Length], Lines[index]);
            var path = string.Join(' ', line.Points.Select(point => Text($"{X(point.X):F1},{Y(point.Y):F1}")));
            text.Append(Text($"<polyline points=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>\n"));
            foreach (var point in line.Points)
                text.Append(Text($"<circle cx=\"{X(point.X):F1}\" cy=\"{Y(point.Y):F1}\" r=\"3.5\" fill=\"{color}\"/>\n"));
            Label(text, Width - Right + 12, Top + 14 + (18 * index), "start", line.Name, Text($"fill=\"{color}\""));
        }
    }

    // A little room above and below; a single value gets a range too.
    private static (double Low, double High) Range(IEnumerable<double> values)
    {
        var (low, high) = (values.Min(), values.Max());
        var margin = high > low ? (high - low) * 0.05 : 1;
        return (low >= 0 ? Math.Max(0, low - margin) : low - margin, high + margin);
    }

    private static void Label(StringBuilder text, double x, double y, string anchor, string label, string style = "") =>
        text.Append(Text($"<text x=\"{x:F1}\" y=\"{y:F1}\" text-anchor=\"{anchor}\" {style}>{WebUtility.HtmlEncode(label)}</text>\n"));

    private static string Number(double value) => value.ToString(Math.Abs(value) < 10 ? "0.00" : "#,0.#", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
