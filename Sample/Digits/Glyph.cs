using System.Globalization;
using System.Numerics;

namespace Sample.Digits;

/// <summary>One way to write a digit: a few strokes, each a list of points that the pen passes.</summary>
/// <param name="Strokes">The strokes, in a box of about x -0.6..0.6 and y -1..1, y downwards.</param>
internal sealed record Glyph(IReadOnlyList<Stroke> Strokes)
{
    /// <summary>
    /// Reads <c>x,y x,y! x,y; x,y x,y</c>: points apart by spaces, strokes by semicolons. The pen passes a point smoothly, or turns
    /// sharply where an exclamation mark stands.
    /// </summary>
    public static Glyph Parse(string text) => new([.. text.Split(';').Select(ParseStroke)]);

    private static Stroke ParseStroke(string text)
    {
        var points = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new Stroke([.. points.Select(ParsePoint)], [.. points.Select(point => point.EndsWith('!'))]);
    }

    private static Vector2 ParsePoint(string text)
    {
        var parts = text.TrimEnd('!').Split(',');
        return new Vector2(float.Parse(parts[0], CultureInfo.InvariantCulture), float.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}

/// <summary>One movement of the pen.</summary>
/// <param name="Points">What it passes.</param>
/// <param name="IsCorner">Where it turns sharply.</param>
internal sealed record Stroke(Vector2[] Points, bool[] IsCorner);
