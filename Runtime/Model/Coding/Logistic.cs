namespace CompileTime.Models.Coding;

/// <summary>
/// The logistic function and its inverse as tables of integers. They are made without floating point, so that every machine has the same
/// and what one has coded the other decodes.
/// </summary>
internal static class Logistic
{
    /// <summary>
    /// Probabilities, in 1/65536, keep this distance from 0 and 1. So a weight costs at least 1/1420 bit, which bounds how many weights
    /// a blob of some length can hold.
    /// </summary>
    public const int MinProbability = 32;

    /// <summary>Logits are in 1/256 and lie within this bound.</summary>
    public const int MaxLogit = (8 * 256) - 1;

    private const int StretchBits = 12;

    private static readonly ushort[] s_squash = MakeSquash();
    private static readonly short[] s_stretch = MakeStretch();

    /// <summary>1 / (1 + e^-x), in 1/65536.</summary>
    public static int Squash(long logit) => s_squash[(int)Math.Clamp(logit, -MaxLogit, MaxLogit) + MaxLogit];

    /// <summary>The logit of a probability.</summary>
    /// <param name="probability">In 1/2^22, above 0 and below 1.</param>
    public static int Stretch(int probability) => s_stretch[probability >> (AdaptiveBit.Bits - StretchBits)];

    private static ushort[] MakeSquash()
    {
        // e^(-1/256) in 1/2^32; its powers lose less than one unit each.
        const ulong step = 4278222805;
        var table = new ushort[(2 * MaxLogit) + 1];
        var power = 1UL << 32;
        for (var x = 0; x <= MaxLogit; x++, power = (power * step) >> 32)
        {
            var high = (1UL << 48) / ((1UL << 32) + power);
            var clamped = (ushort)Math.Min(high, 65536 - MinProbability);
            table[MaxLogit + x] = clamped;
            table[MaxLogit - x] = (ushort)(65536 - clamped);
        }

        return table;
    }

    private static short[] MakeStretch()
    {
        var table = new short[1 << StretchBits];
        var logit = -MaxLogit;
        for (var i = 0; i < table.Length; i++)
        {
            var middle = (i << (16 - StretchBits)) + (1 << (15 - StretchBits));
            while (logit < MaxLogit && Squash(logit) < middle)
                logit++;
            table[i] = (short)logit;
        }

        return table;
    }
}
