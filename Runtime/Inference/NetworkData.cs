using System.ComponentModel;

namespace CompileTime.Inference;

/// <summary>Everything that training determined, validated: what packing reads.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class NetworkData
{
    internal NetworkData(float[] scales, int[] zeroPoints, bool[] isPerChannel, LayerWeights?[] weights)
    {
        Scales = scales;
        ZeroPoints = zeroPoints;
        IsPerChannel = isPerChannel;
        Weights = weights;
    }

    /// <summary>The scale of each operator's value.</summary>
    internal float[] Scales { get; }

    /// <summary>The zero point of each operator's value.</summary>
    internal int[] ZeroPoints { get; }

    /// <summary>Whether an operator's weights have one scale per output channel.</summary>
    internal bool[] IsPerChannel { get; }

    /// <summary>The weights of each operator; null where it has none.</summary>
    internal LayerWeights?[] Weights { get; }
}
