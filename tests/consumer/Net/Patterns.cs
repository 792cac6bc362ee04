namespace Digits;

/// <summary>Noisy pictures of ten kinds: a bright bar in one of five places, upright or level.</summary>
public static class Patterns
{
    public static (byte[] Samples, int[] Labels) Draw(int count, int seed)
    {
        var random = new Random(seed);
        var (samples, labels) = (new byte[count * 784], new int[count]);
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.Next(10);
            var place = (labels[i] % 5 * 5) + 2 + random.Next(3);
            for (var pixel = 0; pixel < 784; pixel++)
            {
                var across = labels[i] < 5 ? pixel / 28 : pixel % 28;
                samples[(i * 784) + pixel] = (byte)(random.Next(60) + (Math.Abs(across - place) <= 1 ? 180 : 0));
            }
        }

        return (samples, labels);
    }
}
