namespace CompileTime.Models.Coding;

/// <summary>
/// The probability that a bit is 1, learnt from the bits seen: the mean of the first ones, then an average that forgets slowly. Few bits
/// must teach much, since a pruned layer has only some thousand weights.
/// </summary>
internal struct AdaptiveBit
{
    /// <summary>Binary digits of the probability.</summary>
    public const int Bits = 22;

    private const int One = 1 << Bits;
    private const int Margin = One >> 14;

    // 1 / (n + 1.6) in 1/65536: the first bit moves the estimate by 5/8 of the way.
    private static readonly int[] s_rates = [.. Enumerable.Range(0, 256).Select(n => (65536 * 5) / ((5 * n) + 8))];

    private int _probability;
    private int _seen;

    /// <param name="probability">What is thought before the first bit, in 1/2^22.</param>
    public AdaptiveBit(int probability) => _probability = Math.Clamp(probability, Margin, One - Margin);

    /// <summary>Cells that think 0 and 1 equally likely.</summary>
    public static AdaptiveBit[] Cells(int length)
    {
        var cells = new AdaptiveBit[length];
        Array.Fill(cells, new AdaptiveBit(One / 2));
        return cells;
    }

    /// <summary>In 1/2^22.</summary>
    public readonly int Probability => _probability;

    /// <summary>Learns a bit.</summary>
    /// <param name="bit">The bit.</param>
    /// <param name="memory">Bits over which to average in the long run, below 256.</param>
    public void Update(int bit, int memory)
    {
        var target = bit != 0 ? One - Margin : Margin;
        _probability += (int)(((long)(target - _probability) * s_rates[_seen]) >> 16);
        if (_seen < memory)
            _seen++;
    }

    /// <summary>Codes a bit with this probability alone, and learns it.</summary>
    public int Code<T>(ref T coder, int bit, int memory)
        where T : struct, IBitCoder, allows ref struct
    {
        const int low = Logistic.MinProbability;
        bit = coder.Code(bit, Math.Clamp(_probability >> (Bits - 16), low, 65536 - low));
        Update(bit, memory);
        return bit;
    }
}
