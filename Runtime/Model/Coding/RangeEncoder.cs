namespace CompileTime.Models.Coding;

/// <summary>
/// A binary range coder: 32 bits of range, carries resolved in the bytes that wait, as in LZMA. <see cref="RangeDecoder"/> reads exactly
/// the bytes it writes.
/// </summary>
internal struct RangeEncoder : IBitCoder
{
    /// <summary>Below this the range is widened by a byte: 2^24 leaves every probability at least 2^13 of it.</summary>
    public const uint MinRange = 1 << 24;

    private readonly List<byte> _bytes = [];
    private ulong _low;
    private uint _range = uint.MaxValue;
    private byte _held;
    private long _heldCount = 1; // the byte that waits for a carry, and the 0xff after it

    public RangeEncoder()
    {
    }

    /// <summary>Bytes so far; four more end the stream.</summary>
    public readonly long Length => _bytes.Count + _heldCount;

    public int Code(int bit, int probability)
    {
        var bound = (uint)(((ulong)_range * (uint)probability) >> 16);
        if (bit != 0)
        {
            _range = bound;
        }
        else
        {
            _low += bound;
            _range -= bound;
        }

        Normalize();
        return bit;
    }

    public int CodeRaw(int value, int count)
    {
        _range >>= count;
        _low += (ulong)_range * (uint)value;
        Normalize();
        return value;
    }

    /// <summary>Ends the stream.</summary>
    public byte[] Finish()
    {
        for (var i = 0; i < 5; i++)
            Shift();
        return [.. _bytes[1..]]; // the first byte is 0: what is coded is a fraction below 1
    }

    private void Normalize()
    {
        while (_range < MinRange)
        {
            _range <<= 8;
            Shift();
        }
    }

    private void Shift()
    {
        if (_low < 0xff000000 || _low > uint.MaxValue)
        {
            var carry = (byte)(_low >> 32);
            for (var value = _held; _heldCount > 0; _heldCount--, value = 0xff)
                _bytes.Add((byte)(value + carry));
            _held = (byte)(_low >> 24);
        }

        _heldCount++;
        _low = (uint)_low << 8;
    }
}
