namespace CompileTime.Shared;

/// <summary>
/// Where a dense kernel finds the weights of one layer: the packer writes by it, the emitter prints its numbers into the code.
/// A step is four consecutive input bytes times <see cref="Lanes"/> outputs: one vector, <c>[lane][4]</c>. Steps run along a
/// contiguous stretch of the input (a run): all features of a Linear, one kernel row of an NHWC convolution
/// (<c>kw * channels</c> bytes), or a single tap where the row is not contiguous (dilation, groups).
/// A tile is <see cref="TileVectors"/> vectors of outputs that are computed together; the last one may be narrower.
/// Steps whose weights are all zero for a whole tile are left out, so a tile begins with a list of the others: where each finds its
/// input, relative to the window's first element. Steps that a fast kernel may add in int16, four by four or two by two, come first.
/// A block, per group: <c>int start[padded]; float bias[padded]; float multiplier[padded];</c> then, for each tile,
/// <c>int inFours; int inPairs; int single; int place[steps];</c>, then the tiles' steps, as much room for each tile as if none were
/// left out.
/// </summary>
internal readonly record struct DenseLayout(
    int Outputs, int Groups, int Inputs, int KernelHeight, int KernelWidth, bool SplitTaps, int Lanes, int TileVectors)
{
    /// <summary>Bytes of input that one step multiplies.</summary>
    public const int StepInputs = 4;

    /// <summary>Numbers before a list's places: steps in fours, in pairs, by themselves.</summary>
    public const int ListHeader = 3;

    /// <summary>Outputs of the blocks that are counted: those of a 512-bit vector.</summary>
    public const int BlockOutputs = 16;

    public int OutputsPerGroup => Outputs / Groups;

    public int PaddedOutputs => (OutputsPerGroup + Lanes - 1) / Lanes * Lanes;

    public int Vectors => PaddedOutputs / Lanes;

    public int FullTiles => Vectors / TileVectors;

    /// <summary>Vectors of the last, narrower tile; 0 for none.</summary>
    public int TailVectors => Vectors % TileVectors;

    public int Runs => SplitTaps ? KernelHeight * KernelWidth : KernelHeight;

    public int RunLength => SplitTaps ? Inputs : KernelWidth * Inputs;

    public int StepsPerRun => (RunLength + StepInputs - 1) / StepInputs;

    public int Steps => Runs * StepsPerRun;

    public int BiasOffset => 4 * PaddedOutputs;

    public int MultiplierOffset => 8 * PaddedOutputs;

    public int Tiles => FullTiles + (TailVectors > 0 ? 1 : 0);

    /// <summary>The lists of steps.</summary>
    public int ListsOffset => 12 * PaddedOutputs;

    /// <summary>Bytes of one tile's list.</summary>
    public int ListBytes => 4 * (ListHeader + Steps);

    public int WeightsOffset => RoundUp(ListsOffset + (Tiles * ListBytes));

    /// <summary>Bytes of a full tile.</summary>
    public int TileBytes => Steps * TileVectors * Lanes * StepInputs;

    public int GroupBytes => WeightsOffset + RoundUp(Steps * PaddedOutputs * StepInputs);

    public long Bytes => (long)Groups * GroupBytes;

    /// <summary>Vectors of outputs in a tile.</summary>
    public int VectorsOf(int tile) => tile < FullTiles ? TileVectors : TailVectors;

    /// <summary>Which element of an output's weights, <c>[channel][row][column]</c>, a byte of a run is multiplied with.</summary>
    /// <param name="run">The run.</param>
    /// <param name="j">The byte.</param>
    /// <param name="positions">Linear after Flatten: positions of the image, which is kept channels last; otherwise 1.</param>
    public int Source(int run, int j, int positions)
    {
        if (positions > 1)
            return SparseInput.ColumnAt(j, Inputs, positions);
        var row = SplitTaps ? run / KernelWidth : run;
        var column = SplitTaps ? run % KernelWidth : j / Inputs;
        var channel = SplitTaps ? j : j % Inputs;
        return (((channel * KernelHeight) + row) * KernelWidth) + column;
    }

    /// <summary>The layout whose steps are the blocks that are counted.</summary>
    public static DenseLayout Blocks(QuantizedNode node) => new(node.Weight!.Outputs, node.Groups, node.Weight.Dimensions[1],
        node.Window?.KernelHeight ?? 1, node.Window?.KernelWidth ?? 1, !HasContiguousRows(node), BlockOutputs, 1);

    /// <summary>Blocks of all groups.</summary>
    public int BlockCount => Groups * Vectors * Steps;

    /// <summary>One row of the kernel covers a contiguous stretch of an image kept channels last.</summary>
    public static bool HasContiguousRows(QuantizedNode node) => node.Window is not { } window
        || (node.Groups == 1 && (window.DilationWidth == 1 || window.KernelWidth == 1));

    private static int RoundUp(int bytes) => (bytes + 63) & -64;
}
