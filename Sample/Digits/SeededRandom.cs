namespace Sample.Digits;

/// <summary>
/// A small generator of random numbers (SplitMix64) that is cheap enough to be made anew for every digit: digit i depends on the seed
/// and on i alone, however many threads draw.
/// </summary>
internal struct SeededRandom
{
    private ulong _state;

    /// <summary>The stream of one item.</summary>
    /// <param name="seed">Names the data set.</param>
    /// <param name="index">Names the item in it.</param>
    public SeededRandom(int seed, int index)
    {
        // Mixing once more keeps the streams of neighbouring indices apart.
        _state = ((ulong)(uint)seed << 32) | (uint)index;
        _state = NextBits();
    }

    /// <summary>Uniform in [0, 1).</summary>
    public float NextSingle() => (NextBits() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in [low, high).</summary>
    public float Uniform(float low, float high) => low + (high - low) * NextSingle();

    /// <summary>Uniform in 0..count-1.</summary>
    public int Next(int count) => (int)((NextBits() >> 32) * (ulong)count >> 32);

    /// <summary>True with the given probability.</summary>
    public bool Chance(float probability) => NextSingle() < probability;

    /// <summary>About normal with mean 0: the sum of four uniform numbers, which never strays further than 3.5 deviations.</summary>
    public float Normal(float deviation) =>
        (NextSingle() + NextSingle() + NextSingle() + NextSingle() - 2) * 1.7320508f * deviation;

    private ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
