using System.Numerics;

namespace CompileTime.Models.Coding;

/// <summary>
/// Predicts whether a weight is zero, from three views: how many weights its row and its columns have kept so far; which weights before it
/// along the input channels are kept (N:M patterns, gaps); which of its neighbours are (blocks, rows that resemble each other). The three
/// are mixed by a logistic unit that learns whom to believe.
/// </summary>
internal sealed class ZeroModel
{
    private const int Views = 3;
    private const int Memory = 255;

    // Expected densities are classed by quarters of an octave, weights of the mixer by whole ones.
    private const int Densities = 64;
    private const int Sets = Densities / 4;

    // Rows and columns are believed as if they began with this many weights of the layer's density.
    private const int Prior = 64;
    private const int FractionBits = 20;

    private readonly AdaptiveBit[] _byDensity = MakeDensities();
    private readonly AdaptiveBit[] _byChannel = AdaptiveBit.Cells(256);
    private readonly AdaptiveBit[] _byNeighbours = AdaptiveBit.Cells(128);
    private readonly int[] _mix = MakeMix();

    private int[] _kept = [];
    private byte[] _history = [];
    private int _kernel;
    private int _row;
    private int _keptInRow;
    private ulong _density;
    private int _rowLogarithm;
    private bool _blockRow;

    /// <summary>Starts a layer.</summary>
    /// <param name="columns">Weights of an output.</param>
    /// <param name="kernel">Taps of a kernel: as far apart are the weights of neighbouring input channels.</param>
    /// <param name="weights">Weights of the layer.</param>
    /// <param name="nonzeros">Those that are not zero.</param>
    public void Start(int columns, int kernel, int weights, int nonzeros)
    {
        _kept = new int[columns];
        _history = new byte[columns];
        _kernel = kernel;
        _row = -1;
        _density = (((ulong)nonzeros << FractionBits) / (ulong)weights) + 1;
    }

    /// <summary>Starts a row.</summary>
    public void StartRow()
    {
        _row++;
        _keptInRow = 0;
        _rowLogarithm = Logarithm(6 * ((ulong)_row + Prior)) + Logarithm(_density);
        _blockRow = _row % 16 == 0;
    }

    /// <summary>Codes whether the weight is kept, and learns it.</summary>
    /// <param name="coder">Encoder or decoder.</param>
    /// <param name="column">Columns of a row come in order.</param>
    /// <param name="bit">1 for a weight that is not zero.</param>
    public int Code<T>(ref T coder, int column, int bit)
        where T : struct, IBitCoder, allows ref struct
    {
        var density = Density(column);
        ref var first = ref _byDensity[density];
        ref var second = ref _byChannel[Channel(column)];
        ref var third = ref _byNeighbours[Neighbours(column)];
        var (a, b, c) = (Logistic.Stretch(first.Probability), Logistic.Stretch(second.Probability), Logistic.Stretch(third.Probability));
        var mix = _mix.AsSpan(density / 4 * Views, Views);
        var probability = Logistic.Squash((((long)mix[0] * a) + ((long)mix[1] * b) + ((long)mix[2] * c)) >> 16);
        bit = coder.Code(bit, probability);

        var error = (bit << 16) - probability;
        mix[0] += (error * a) >> 14;
        mix[1] += (error * b) >> 14;
        mix[2] += (error * c) >> 14;
        first.Update(bit, Memory);
        second.Update(bit, Memory);
        third.Update(bit, Memory);
        _history[column] = (byte)((_history[column] << 1) | bit);
        _kept[column] += bit;
        _keptInRow += bit;
        return bit;
    }

    /// <summary>Whether the weight before this one in the row is kept.</summary>
    public int Left(int column) => column > 0 ? _history[column - 1] & 1 : 0;

    // The density of the row times that of the column and its neighbours over that of the layer: minus its logarithm.
    private int Density(int column)
    {
        var own = _kept[column];
        var left = column > 0 ? _kept[column - 1] : own;
        var right = column + 1 < _kept.Length ? _kept[column + 1] : own;
        var prior = Prior * _density;
        var keptInColumns = ((ulong)((4L * own) + left + right) << FractionBits) + (6 * prior);
        var keptInRow = ((ulong)_keptInRow << FractionBits) + prior;
        var logarithm = Logarithm(keptInColumns) + Logarithm(keptInRow) - Logarithm((ulong)column + Prior) - _rowLogarithm;
        return Math.Clamp(((FractionBits * 256) - logarithm + 32) >> 6, 0, Densities - 1);
    }

    private int Channel(int column)
    {
        var before = 0;
        for (int i = 0, at = column - _kernel; i < 4 && at >= 0; i++, at -= _kernel)
            before |= (_history[at] & 1) << i;
        var above = BitOperations.PopCount(_history[column] & 3u);
        var phase = _kernel == 1 ? column % 4 : column / _kernel % 4;
        return (((before * 4) + phase) * 4) + above;
    }

    private int Neighbours(int column)
    {
        var own = _history[column] & 3;
        var left = column > 0 ? _history[column - 1] & 3 : 0; // this row's bit, and the one above it
        var right = column + 1 < _history.Length ? _history[column + 1] & 1 : 0;
        return own | (left << 2) | (right << 4) | (_blockRow ? 32 : 0) | (column % 4 == 0 ? 64 : 0);
    }

    /// <summary>The binary logarithm in 1/256, its fraction taken as linear between powers of two.</summary>
    private static int Logarithm(ulong value)
    {
        var zeros = BitOperations.LeadingZeroCount(value);
        return ((63 - zeros) * 256) + (int)((value << zeros << 1) >> 56);
    }

    private static AdaptiveBit[] MakeDensities()
    {
        // 2^(-1/4), 2^(-2/4), 2^(-3/4) in 1/2^22
        int[] quarters = [1 << AdaptiveBit.Bits, 3526975, 2965821, 2493948];
        return [.. Enumerable.Range(0, Densities).Select(i => new AdaptiveBit(quarters[i % 4] >> (i / 4)))];
    }

    // A little more than a third each: views that agree are surer together than each alone.
    private static int[] MakeMix()
    {
        var mix = new int[Sets * Views];
        Array.Fill(mix, (int)(0.4 * 65536));
        return mix;
    }

    /// <summary>A copy that learns by itself.</summary>
    public ZeroModel Copy() => new(this);

    public ZeroModel()
    {
    }

    private ZeroModel(ZeroModel other)
    {
        other._byDensity.CopyTo(_byDensity, 0);
        other._byChannel.CopyTo(_byChannel, 0);
        other._byNeighbours.CopyTo(_byNeighbours, 0);
        other._mix.CopyTo(_mix, 0);
    }
}
