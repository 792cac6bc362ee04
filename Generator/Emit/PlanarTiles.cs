using System.Collections.Generic;

namespace CompileTime.Generator.Emit;

/// <summary>Cuts a convolution's positions into tiles of as many vectors as the registers hold, none much smaller than the others.</summary>
internal sealed class PlanarTiles
{
    public PlanarTiles(int positions, int bytes, int most)
    {
        var vectors = (positions + bytes - 1) / bytes;
        var tiles = (vectors + most - 1) / most;
        var (few, larger) = (vectors / tiles, vectors % tiles);
        var border = larger * (few + 1) * bytes;
        Loops = larger == 0 ? [(0, vectors * bytes, few)] : [(0, border, few + 1), (border, vectors * bytes, few)];
        // Positions are told by 64 bits.
        for (BitShift = bytes == 64 ? 6 : 5; ((vectors * bytes) - 1) >> BitShift > 63; BitShift++)
            continue;
    }

    /// <summary>Loops over tiles: the first position, the one behind the last, and the vectors of a tile.</summary>
    public IReadOnlyList<(int Begin, int End, int Vectors)> Loops { get; }

    /// <summary>A bit stands for so many positions, as a power of two: those of a vector, or more where there are many.</summary>
    public int BitShift { get; }
}
