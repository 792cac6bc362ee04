namespace CompileTime.Training;

/// <summary>
/// SplitMix64: the same numbers from the same seed on every machine and version of .NET, which System.Random does not promise.
/// </summary>
internal struct SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>An independent stream for each combination of numbers, so that nothing depends on the order of drawing.</summary>
    public static SeededRandom For(int seed, long a, long b = 0, long c = 0)
    {
        var random = new SeededRandom((uint)seed);
        random = new SeededRandom(random.Next() ^ (ulong)a);
        random = new SeededRandom(random.Next() ^ (ulong)b);
        random = new SeededRandom(random.Next() ^ (ulong)c);
        return new SeededRandom(random.Next());
    }

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1), a multiple of 2⁻²⁴.</summary>
    public float NextFloat() => (Next() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in [0, bound), by the upper half of a product: the bias is below 2⁻³².</summary>
    public int NextInt(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    /// <summary>Fisher and Yates' shuffle.</summary>
    public void Shuffle(Span<int> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
