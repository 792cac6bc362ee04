using System.Numerics;

namespace Sample.Digits;

/// <summary>A page of 28x28 pixels of ink in [0, 1], drawn with a round pen.</summary>
/// <param name="ink">The pixels, row by row.</param>
internal readonly ref struct Canvas(Span<float> ink)
{
    /// <summary>Rows and columns.</summary>
    public const int Size = 28;

    private const int StepsPerSpan = 6;

    private readonly Span<float> _ink = ink;

    /// <summary>Draws a smooth line through points, with corners where they are asked for.</summary>
    /// <param name="points">The points, in pixels.</param>
    /// <param name="isCorner">Where the line turns sharply.</param>
    /// <param name="pen">The pen.</param>
    public void DrawStroke(ReadOnlySpan<Vector2> points, ReadOnlySpan<bool> isCorner, Pen pen)
    {
        for (var span = 0; span + 1 < points.Length; span++)
        {
            // Catmull-Rom. Past an end or a corner the curve goes on as if mirrored there, so that it arrives straight.
            var (from, to) = (points[span], points[span + 1]);
            var before = span == 0 || isCorner[span] ? 2 * from - to : points[span - 1];
            var after = span + 2 == points.Length || isCorner[span + 1] ? 2 * to - from : points[span + 2];
            var last = from;
            for (var step = 1; step <= StepsPerSpan; step++)
            {
                var next = CatmullRom(before, from, to, after, (float)step / StepsPerSpan);
                var along = (span + (float)step / StepsPerSpan) / (points.Length - 1);
                DrawLine(last, next, pen.RadiusAt(along), pen.InkAt(along));
                last = next;
            }
        }
    }

    /// <summary>Draws a straight line with round ends. Pixels keep the darker of what they have and what they get.</summary>
    public void DrawLine(Vector2 from, Vector2 to, float radius, float strength)
    {
        if (strength <= 0)
            return;
        var reach = radius + 0.5f;
        var top = Math.Max(0, (int)MathF.Floor(Math.Min(from.Y, to.Y) - reach));
        var bottom = Math.Min(Size - 1, (int)MathF.Ceiling(Math.Max(from.Y, to.Y) + reach));
        var left = Math.Max(0, (int)MathF.Floor(Math.Min(from.X, to.X) - reach));
        var right = Math.Min(Size - 1, (int)MathF.Ceiling(Math.Max(from.X, to.X) + reach));
        var direction = to - from;
        var inverseLength = 1 / Math.Max(direction.LengthSquared(), 1e-12f);
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
            {
                var offset = new Vector2(x, y) - from;
                var along = Math.Clamp(Vector2.Dot(offset, direction) * inverseLength, 0, 1);
                var distance = (offset - along * direction).Length();

                // A pixel whose centre lies half a pixel inside the edge is full, half a pixel outside is empty.
                var coverage = Math.Clamp(reach - distance, 0, 1) * strength;
                ref var pixel = ref _ink[y * Size + x];
                pixel = Math.Max(pixel, coverage);
            }
        }
    }

    private static Vector2 CatmullRom(Vector2 a, Vector2 b, Vector2 c, Vector2 d, float t) =>
        0.5f * (2 * b + t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))));
}

/// <summary>How a pen writes along a stroke that runs from 0 to 1.</summary>
/// <param name="Radius">Half of the line's width in pixels.</param>
/// <param name="Pressure">How much wider the line is at its start than at its end, as a fraction of the radius.</param>
/// <param name="GapStart">Where the pen leaves the paper; 2 for never.</param>
/// <param name="GapLength">For how long.</param>
internal readonly record struct Pen(float Radius, float Pressure, float GapStart, float GapLength)
{
    /// <summary>Half of the line's width there.</summary>
    public float RadiusAt(float along) => Radius * (1 + Pressure * (0.5f - along));

    /// <summary>1, or 0 in the gap.</summary>
    public float InkAt(float along) => along >= GapStart && along < GapStart + GapLength ? 0 : 1;
}
