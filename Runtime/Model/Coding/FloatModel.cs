namespace CompileTime.Models.Coding;

/// <summary>
/// Codes float32 values exactly. Their exponents resemble each other; their digits are random, but that a value may repeat the one before
/// it: outputs that were pruned as a whole share one scale and a bias of zero.
/// </summary>
internal sealed class FloatModel
{
    private const int Memory = 60;
    private const int FractionBits = 23;

    private readonly AdaptiveBit[] _repeats = AdaptiveBit.Cells(2);
    private readonly AdaptiveBit[] _exponents = AdaptiveBit.Cells(512);

    /// <summary>Codes values in order.</summary>
    public void Code<T>(ref T coder, Span<float> values)
        where T : struct, IBitCoder, allows ref struct
    {
        uint? before = null;
        var repeated = 0;
        foreach (ref var value in values)
        {
            var bits = BitConverter.SingleToUInt32Bits(value);
            if (before is { } last)
                repeated = _repeats[repeated].Code(ref coder, bits == last ? 1 : 0, Memory);
            bits = repeated != 0 ? before!.Value : CodeBits(ref coder, bits);
            before = bits;
            value = BitConverter.UInt32BitsToSingle(bits);
        }
    }

    private uint CodeBits<T>(ref T coder, uint bits)
        where T : struct, IBitCoder, allows ref struct
    {
        var node = 1;
        for (var i = 31; i >= FractionBits; i--)
            node = (node * 2) + _exponents[node].Code(ref coder, (int)(bits >> i) & 1, Memory);
        var high = coder.CodeRaw((int)(bits >> 12) & 0x7ff, 11);
        var low = coder.CodeRaw((int)bits & 0xfff, 12);
        return ((uint)(node - 512) << FractionBits) | ((uint)high << 12) | (uint)low;
    }
}
