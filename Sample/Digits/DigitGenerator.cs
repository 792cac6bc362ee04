using System.Numerics;

namespace Sample.Digits;

/// <summary>
/// Draws handwritten-looking digits, 28x28 bytes each (0 paper, 255 ink), labelled 0 to 9. The same seed gives the same digits, and digit i
/// does not depend on how many are drawn.
/// </summary>
internal static class DigitGenerator
{
    /// <summary>Bytes of one digit.</summary>
    public const int Length = Canvas.Size * Canvas.Size;

    private const int MaxPoints = 16;

    /// <summary>Draws digits on all cores.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Another seed gives other digits.</param>
    /// <param name="cancellationToken">Stops early.</param>
    /// <returns>The images one after the other, and their labels.</returns>
    public static (byte[] Images, int[] Labels) Draw(int count, int seed, CancellationToken cancellationToken = default)
    {
        var images = new byte[count * Length];
        var labels = new int[count];
        var options = new ParallelOptions { CancellationToken = cancellationToken };
        Parallel.For(0, count, options, index => labels[index] = DrawOne(seed, index, images.AsSpan(index * Length, Length)));
        return (images, labels);
    }

    /// <summary>Draws digit number <paramref name="index"/> of a seed.</summary>
    /// <returns>Its label.</returns>
    public static int DrawOne(int seed, int index, Span<byte> image)
    {
        var random = new SeededRandom(seed, index);
        var label = random.Next(10);
        var shapes = GlyphBook.Shapes[label];
        var glyph = shapes[random.Next(shapes.Count)];
        var hand = new Handwriting(ref random);

        Span<float> ink = stackalloc float[Length];
        ink.Clear();
        var canvas = new Canvas(ink);
        if (random.Chance(0.3f))
            DrawClutter(canvas, ref random);
        DrawGlyph(canvas, glyph, hand, ref random);
        Develop(ink, image, ref random);
        return label;
    }

    private static void DrawGlyph(Canvas canvas, Glyph glyph, Handwriting hand, ref SeededRandom random)
    {
        var radius = random.Uniform(0.55f, 1.9f);
        Span<Vector2> points = stackalloc Vector2[MaxPoints];
        foreach (var stroke in glyph.Strokes)
        {
            for (var i = 0; i < stroke.Points.Length; i++)
                points[i] = hand.Place(stroke.Points[i], ref random);

            // Where glyphs are one stroke, a gap costs a piece of the shape: short, and not in most digits.
            var gapStart = random.Chance(0.15f) ? random.Uniform(0.1f, 0.85f) : 2;
            var pen = new Pen(radius, random.Normal(0.25f), gapStart, random.Uniform(0.04f, 0.14f));
            canvas.DrawStroke(points[..stroke.Points.Length], stroke.IsCorner, pen);
        }
    }

    /// <summary>What a digit cut out of a form brings along: ends of its neighbours at the sides, a line of the form, specks.</summary>
    private static void DrawClutter(Canvas canvas, ref SeededRandom random)
    {
        switch (random.Next(3))
        {
            case 0:
                var side = random.Chance(0.5f) ? random.Uniform(-1, 2) : random.Uniform(25, 28);
                var height = random.Uniform(2, 26);
                canvas.DrawLine(
                    new Vector2(side, height),
                    new Vector2(side + random.Normal(2), height + random.Uniform(2, 9)),
                    random.Uniform(0.5f, 1.3f),
                    random.Uniform(0.4f, 1));
                break;
            case 1:
                var row = random.Chance(0.5f) ? random.Uniform(0, 3) : random.Uniform(24, 27);
                canvas.DrawLine(new Vector2(0, row), new Vector2(27, row + random.Normal(1)), 0.4f, random.Uniform(0.25f, 0.7f));
                break;
            default:
                for (var specks = random.Next(6) + 2; specks > 0; specks--)
                {
                    var speck = new Vector2(random.Uniform(0, 27), random.Uniform(0, 27));
                    canvas.DrawLine(speck, speck, random.Uniform(0.2f, 0.9f), random.Uniform(0.3f, 1));
                }

                break;
        }
    }

    /// <summary>Ink to bytes: contrast, uneven ink, and the noise of the scanner.</summary>
    private static void Develop(ReadOnlySpan<float> ink, Span<byte> image, ref SeededRandom random)
    {
        var contrast = random.Uniform(110, 255);
        var paper = random.Chance(0.4f) ? random.Uniform(0, 40) : 0;
        var grain = random.Uniform(0, 28);
        for (var i = 0; i < ink.Length; i++)
        {
            var value = paper + ink[i] * (contrast - paper) + random.Normal(grain);
            image[i] = (byte)Math.Clamp(value + 0.5f, 0, 255);
        }
    }
}
