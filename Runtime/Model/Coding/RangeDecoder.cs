namespace CompileTime.Models.Coding;

/// <summary>
/// Reads what <see cref="RangeEncoder"/> wrote. Any bytes decode to something, or are refused; nothing beyond them is read.
/// </summary>
internal ref struct RangeDecoder : IBitCoder
{
    private const int FirstBytes = 4;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _next;
    private uint _range = uint.MaxValue;
    private uint _code;

    /// <exception cref="InvalidDataException">There are too few bytes for any stream.</exception>
    public RangeDecoder(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        for (var i = 0; i < FirstBytes; i++)
            _code = (_code << 8) | Next();
    }

    /// <exception cref="InvalidDataException">The bytes end here.</exception>
    public int Code(int bit, int probability)
    {
        var bound = (uint)(((ulong)_range * (uint)probability) >> 16);
        if (_code < bound)
        {
            _range = bound;
            bit = 1;
        }
        else
        {
            _code -= bound;
            _range -= bound;
            bit = 0;
        }

        Normalize();
        return bit;
    }

    /// <exception cref="InvalidDataException">The bytes end here, or no encoder wrote them.</exception>
    public int CodeRaw(int value, int count)
    {
        _range >>= count;
        var found = _code / _range;
        if (found >> count != 0)
            throw new InvalidDataException("The coded weights are damaged.");
        _code -= found * _range;
        Normalize();
        return (int)found;
    }

    /// <summary>Checks that the stream ends where it should: the encoder leaves exactly nothing.</summary>
    /// <exception cref="InvalidDataException">It does not.</exception>
    public readonly void Finish()
    {
        if (_next != _bytes.Length)
            throw new InvalidDataException($"The coded weights are followed by {_bytes.Length - _next} bytes that belong to nothing.");
        if (_code != 0)
            throw new InvalidDataException("The coded weights are damaged.");
    }

    private void Normalize()
    {
        while (_range < RangeEncoder.MinRange)
        {
            _range <<= 8;
            _code = (_code << 8) | Next();
        }
    }

    private uint Next() => _next < _bytes.Length
        ? _bytes[_next++]
        : throw new InvalidDataException($"The coded weights are cut short after {_bytes.Length} bytes.");
}
