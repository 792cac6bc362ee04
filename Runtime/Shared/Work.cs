using System.Collections.Generic;

namespace CompileTime.Shared;

/// <summary>How much there is to compute.</summary>
internal static class Work
{
    /// <summary>Multiply-accumulates of one sample: every weight is used once at every position of the result.</summary>
    public static long Macs(IEnumerable<int> weight, Shape output)
    {
        long macs = output.Positions;
        foreach (var size in weight)
            macs *= size;
        return macs;
    }

    /// <summary>Those of a converted network, without the channels that were removed.</summary>
    public static long Macs(QuantizedNetwork network)
    {
        var macs = 0L;
        foreach (var node in network.Nodes)
            macs += node.Weight is { } weight ? Macs(weight.Dimensions, node.Shape) : 0;
        return macs;
    }
}
