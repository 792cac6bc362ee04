using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sample.Display;

/// <summary>Digits as text: 14 columns by 7 lines, two pixels above each other in one character.</summary>
internal static class DigitArt
{
    /// <summary>Columns of one picture.</summary>
    public const int Width = Side / 2;

    private const int Side = Digits.Canvas.Size;

    /// <summary>A picture of 28x28 bytes: in greys where the terminal has them, else black and white.</summary>
    public static IRenderable Draw(ReadOnlySpan<byte> pixels, bool greys)
    {
        Span<byte> small = stackalloc byte[Width * Width];
        Halve(pixels, small);
        return greys ? new Markup(InGreys(small)) : new Text(InBlackAndWhite(small));
    }

    private static void Halve(ReadOnlySpan<byte> pixels, Span<byte> small)
    {
        for (var y = 0; y < Width; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var corner = pixels[(2 * y * Side + 2 * x)..];
                small[y * Width + x] = (byte)((corner[0] + corner[1] + corner[Side] + corner[Side + 1]) / 4);
            }
        }
    }

    private static string InGreys(ReadOnlySpan<byte> small)
    {
        var text = new StringBuilder();
        for (var y = 0; y < Width; y += 2)
        {
            for (var x = 0; x < Width; x++)
            {
                var upper = small[y * Width + x];
                var lower = small[(y + 1) * Width + x];
                text.Append($"[rgb({upper},{upper},{upper}) on rgb({lower},{lower},{lower})]▀[/]");
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string InBlackAndWhite(ReadOnlySpan<byte> small)
    {
        // Half of the darkest ink: faint digits show as well as strong ones.
        byte strongest = 0;
        foreach (var value in small)
            strongest = Math.Max(strongest, value);
        var threshold = Math.Max(strongest / 2, 1);

        var text = new StringBuilder();
        for (var y = 0; y < Width; y += 2)
        {
            for (var x = 0; x < Width; x++)
            {
                var upper = small[y * Width + x] >= threshold;
                var lower = small[(y + 1) * Width + x] >= threshold;
                text.Append((upper, lower) switch { (true, true) => '█', (true, false) => '▀', (false, true) => '▄', _ => ' ' });
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }
}
