namespace CompileTime.Shared;

/// <summary>
/// Where the float kernels find the weights of a Linear or Conv2d: outputs are the lanes, eight at a time in every instruction set, and the
/// products of an output are added in the order of its weights, <c>[channel][row][column]</c>.
/// A block, per group: <c>float bias[padded]; int place[terms]; float weight[terms][padded]</c>, where a place tells, in elements, where a
/// term finds its input, relative to the window's first element.
/// </summary>
internal readonly record struct FloatLayout(int Outputs, int Groups, int Terms)
{
    public const int Lanes = 8;

    public FloatLayout(QuantizedNode node)
        : this(node.Weight!.Outputs, node.Groups, node.Weight.Elements / node.Weight.Outputs)
    {
    }

    public int OutputsPerGroup => Outputs / Groups;

    public int PaddedOutputs => (OutputsPerGroup + Lanes - 1) / Lanes * Lanes;

    /// <summary>Elements of 4 bytes before the places.</summary>
    public int PlacesOffset => PaddedOutputs;

    public int WeightsOffset => PlacesOffset + Terms;

    public int GroupElements => WeightsOffset + (Terms * PaddedOutputs);

    public long Bytes => 4L * Groups * (PaddedOutputs + Terms + ((long)Terms * PaddedOutputs));
}
