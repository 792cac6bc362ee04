/// <summary>Points on three spiral arms, with a little noise: the data of this example. Yours takes its place.</summary>
internal static class Spirals
{
    public static Dataset Draw(int count, int seed)
    {
        var random = new Random(seed);
        var (points, arms) = (new float[2 * count], new int[count]);
        for (var i = 0; i < count; i++)
        {
            arms[i] = random.Next(3);
            var radius = random.NextSingle();
            var angle = (4.5f * radius) + (arms[i] * MathF.Tau / 3) + ((random.NextSingle() - 0.5f) * 0.4f);
            (points[2 * i], points[(2 * i) + 1]) = (radius * MathF.Cos(angle), radius * MathF.Sin(angle));
        }

        return new Dataset(points, arms);
    }
}
