using Sample.Digits;

namespace Sample.Data;

/// <summary>More images out of those there are: each also moved by up to a pixel, which changes no digit.</summary>
internal static class Shifted
{
    private const int Side = 28;

    /// <summary>The images, followed by copies that are moved by -1, 0 or 1 pixel in both directions.</summary>
    /// <param name="images">Images of 28x28 bytes.</param>
    /// <param name="copies">How often each image is in the result; 1 for the images alone.</param>
    /// <param name="seed">Decides who is moved where to.</param>
    public static Dataset Create(Dataset images, int copies, int seed)
    {
        var random = new Random(seed);
        var pixels = new byte[images.Count * copies * DigitGenerator.Length];
        var labels = new int[images.Count * copies];
        for (var i = 0; i < labels.Length; i++)
        {
            var target = pixels.AsSpan(i * DigitGenerator.Length, DigitGenerator.Length);
            var source = images.Bytes(i % images.Count);
            labels[i] = images.Label(i % images.Count);
            if (i < images.Count)
                source.CopyTo(target);
            else
                Move(source, target, random.Next(-1, 2), random.Next(-1, 2));
        }

        return new Dataset(pixels, labels);
    }

    private static void Move(ReadOnlySpan<byte> source, Span<byte> target, int right, int down)
    {
        for (var y = Math.Max(0, down); y < Side + Math.Min(0, down); y++)
        {
            var row = source.Slice((y - down) * Side, Side);
            row[Math.Max(0, -right)..(Side - Math.Max(0, right))].CopyTo(target[((y * Side) + Math.Max(0, right))..]);
        }
    }
}
