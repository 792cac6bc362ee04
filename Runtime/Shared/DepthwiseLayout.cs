namespace CompileTime.Shared;

/// <summary>
/// Where a depthwise kernel finds its weights. A chunk is a vector's worth of neighbouring bytes of the result, channels last: a slice of
/// one position's channels or, where channels are few and columns follow each other, a piece of the row. Four taps of the kernel are a
/// step: their bytes are interleaved, so that the four inputs of a channel stand together as in a dense step, and a chunk has four vectors
/// of sums. Interleaving two vectors goes by 128 bits, hence the order of channels in the sums (<see cref="Place"/>).
/// A block has a pattern for every kind of chunk: <c>int start[4][lanes]; float bias[4][lanes]; float multiplier[4][lanes]</c>, then for
/// every step <c>sbyte weight[4][lanes][4]</c>, and, of kernels that are not large, the same weights in pairs (DepthwisePairs).
/// </summary>
/// <param name="Channels">Of the input and of the result.</param>
/// <param name="KernelHeight">Rows of the kernel.</param>
/// <param name="KernelWidth">Columns of the kernel.</param>
/// <param name="Stride">Columns from one window to the next.</param>
/// <param name="Lanes">32-bit lanes of a vector.</param>
internal readonly record struct DepthwiseLayout(int Channels, int KernelHeight, int KernelWidth, int Stride, int Lanes)
{
    /// <summary>Taps of the kernel in a step: the next ones in their order or, in a loop, those of a column in as many rows.</summary>
    public const int StepTaps = 4;

    /// <summary>Vectors of sums in a chunk.</summary>
    public const int Sums = 4;

    // More would crowd the nearest cache.
    private const int MostPatterns = 16;

    private const int MostUnrolled = 24;

    /// <summary>Bytes of a chunk.</summary>
    public int ChunkBytes => Lanes * 4;

    /// <summary>Chunks are pieces of the row, with no heed to positions.</summary>
    public bool IsFlat => Channels % ChunkBytes != 0 && (Stride == 1 ? FlatPatterns <= MostPatterns : IsPaired);

    /// <summary>Of two vectors of the input every other position is taken.</summary>
    public bool IsPaired => Stride == 2 && Lanes == 16 && Channels >= 4 && Channels < ChunkBytes && ChunkBytes % Channels == 0;

    /// <summary>Chunks end where the channels do, so nothing is written past them.</summary>
    public bool IsExact => Channels % ChunkBytes == 0;

    /// <summary>Kinds of chunks: they follow each other in turns.</summary>
    public int Patterns => IsFlat ? FlatPatterns : (Channels + ChunkBytes - 1) / ChunkBytes;

    /// <summary>Chunks of a row of the result.</summary>
    public int ChunksOfRow(int width) => IsFlat ? ((width * Channels) + ChunkBytes - 1) / ChunkBytes : width * Patterns;

    public int Taps => KernelHeight * KernelWidth;

    /// <summary>Steps of a chunk, each of four vectors.</summary>
    public int Steps => IsUnrolled ? StepsInOrder : (KernelHeight + StepTaps - 1) / StepTaps * KernelWidth;

    private int StepsInOrder => (Taps + StepTaps - 1) / StepTaps;

    public int BiasOffset => Sums * ChunkBytes;

    public int MultiplierOffset => 2 * Sums * ChunkBytes;

    public int WeightsOffset => 3 * Sums * ChunkBytes;

    /// <summary>The weights in another form, behind the first one.</summary>
    public DepthwisePairs Pairs => new(Taps, ChunkBytes);

    public int PairsOffset => (3 + Steps) * Sums * ChunkBytes;

    public int PatternBytes => PairsOffset + (IsUnrolled ? Pairs.Bytes : 0);

    /// <summary>
    /// Whether steps or pairs stand one after the other in the code. Large kernels are loops over steps, and have no weights in pairs: a
    /// longer method would not be optimized.
    /// </summary>
    public bool IsUnrolled => StepsInOrder <= MostUnrolled;

    public long Bytes => (long)Patterns * PatternBytes;

    private int FlatPatterns
    {
        get
        {
            var (a, b) = (Channels, ChunkBytes);
            while (b != 0)
                (a, b) = (b, a % b);
            return Channels / a;
        }
    }

    /// <summary>The channel of a byte of a chunk; -1 where a slice is longer than what is left of the channels.</summary>
    public int Channel(int pattern, int place)
    {
        var at = (pattern * ChunkBytes) + place;
        return IsFlat ? at % Channels : at < Channels ? at : -1;
    }

    /// <summary>The step of a tap of the kernel, and its place among the step's taps.</summary>
    public (int Step, int Place) StepOf(int tap) => IsUnrolled
        ? (tap / StepTaps, tap % StepTaps)
        : ((tap / KernelWidth / StepTaps * KernelWidth) + (tap % KernelWidth), tap / KernelWidth % StepTaps);

    /// <summary>Which of a chunk's sums, counted through its four vectors, belongs to a byte of it.</summary>
    public int Place(int place) => (place % 16 / 4 * Lanes) + (place / 16 * 4) + (place % 4);
}
