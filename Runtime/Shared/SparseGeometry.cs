namespace CompileTime.Shared;

/// <summary>
/// Where a sparse kernel finds what it needs, as far as that does not depend on the weights. Sixteen outputs are a group. A step is one
/// vector of indices and one of weights, four of each per output, <c>[output][4]</c>; the indices look into a stretch of the input, as
/// many bytes as one permute reaches, which begins at the step's place. Neighbouring steps may share a place.
/// A block: <c>int start[padded]; float bias[padded]; float multiplier[padded]; int places[group]; int offset;
/// byte restore[tables][64]</c>, the steps, and, where offset tells, <c>int place[]</c> relative to the window's first byte.
/// Outputs are sorted within stretches of 64; the tables put them back in order.
/// </summary>
/// <param name="Outputs">Output channels.</param>
/// <param name="Reach">Bytes that a permute looks into: 64 of one vector, or 128 of two.</param>
/// <param name="StepsOfPlace">Steps that share a place.</param>
/// <param name="Alignment">What places are multiples of.</param>
internal readonly record struct SparseGeometry(int Outputs, int Reach, int StepsOfPlace, int Alignment)
{
    public const int GroupOutputs = 16;
    public const int StepBytes = 128;

    /// <summary>Weights of one output in a step.</summary>
    public const int StepInputs = 4;

    /// <summary>Outputs that are sorted together, and whose bytes one permute puts back in order.</summary>
    public const int Sorted = 64;

    public int Groups => (Outputs + GroupOutputs - 1) / GroupOutputs;

    public int PaddedOutputs => Groups * GroupOutputs;

    /// <summary>Weights of one output that share a place.</summary>
    public int InputsOfPlace => StepsOfPlace * StepInputs;

    public int BiasOffset => 4 * PaddedOutputs;

    public int MultiplierOffset => 8 * PaddedOutputs;

    public int CountsOffset => 12 * PaddedOutputs;

    /// <summary>Where the block tells where its places are.</summary>
    public int PlacesOffset => CountsOffset + (4 * Groups);

    public int RestoreOffset => (PlacesOffset + 4 + 63) & -64;

    /// <summary>Stretches of 64 outputs, the last of which may be shorter. Each has a table, for the bytes of one position.</summary>
    public int Stretches => (Outputs + Sorted - 1) / Sorted;

    /// <summary>Vectors that hold all outputs of four positions, if a permute can make them of as many others; otherwise 0.</summary>
    public int VectorsOfFour => Outputs is 16 or 32 ? Outputs / GroupOutputs : 0;

    public int StepsOffset => RestoreOffset + ((Stretches + VectorsOfFour) * Sorted);

    /// <summary>All inputs lie within reach of the first, where every place is.</summary>
    public bool HasOnePlace => Alignment >= Reach;

    /// <summary>
    /// A Linear. It is bound by reading its weights, so its steps are as full as they can be: two vectors of inputs, from nearly anywhere.
    /// Two steps share them, as each takes as long to load as indices or weights.
    /// </summary>
    public static SparseGeometry Linear(int outputs, int inputs) => inputs switch
    {
        <= 64 => new(outputs, 64, 1, 64),
        <= 128 => new(outputs, 128, 1, 128),
        _ => new(outputs, 128, 2, 32),
    };

    /// <summary>A Conv2d channels last. It is bound by arithmetic, and indices and weights serve several positions.</summary>
    public static SparseGeometry Conv(int outputs) => new(outputs, 64, 1, 1);

    /// <summary>The geometry of a layer's sparse kernel; null where there is none.</summary>
    public static SparseGeometry? Of(QuantizedNode node) => node switch
    {
        { Weight: null } or { IsFloat: true } => null,
        { Op: QuantizedOp.Linear } => Linear(node.Weight.Outputs, node.Weight.Dimensions[1]),
        { Op: QuantizedOp.Conv2d, Groups: 1 } => Conv(node.Weight.Outputs),
        _ => null,
    };

    /// <summary>
    /// Where in a stretch's packed bytes an output is: four bytes of each of its groups, again and again, as packing leaves them.
    /// </summary>
    /// <param name="position">Its place among the sorted ones.</param>
    public static int Packed(int position) => (position % 16 / 4 * 16) + (position % Sorted / 16 * 4) + (position % 4);
}
