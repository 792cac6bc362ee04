using CompileTime.Inference;
using CompileTime.Shared;

namespace CompileTime.Reference;

/// <summary>What Linear and Conv2d do with the integer sum of one output channel.</summary>
internal readonly struct OutputStage
{
    private readonly bool _perChannel;
    private readonly bool _relu;
    private readonly float _bias;
    private readonly float _reciprocal;
    private readonly float _multiplier;
    private readonly int _zeroPoint;

    public OutputStage(QuantizedNode node, QuantizedNode input, LayerWeights weights, int channel)
    {
        _perChannel = node.Weight!.IsPerChannel;
        _relu = node.Relu;
        _zeroPoint = node.ZeroPoint;
        var accumulatorScale = Requantization.AccumulatorScale(input.Scale, weights.Scales[_perChannel ? channel : 0]);
        _multiplier = Requantization.Multiplier(accumulatorScale, node.Scale);
        if (!node.Weight.HasBias)
            return;
        _bias = _perChannel ? Requantization.Bias(weights.Bias[channel], accumulatorScale) : weights.Bias[channel];
        _reciprocal = _perChannel ? 0 : Requantization.Reciprocal(accumulatorScale);
    }

    public byte Run(int accumulator) => _perChannel
        ? QuantizedMath.RequantizePerChannel(accumulator, _bias, _multiplier, _zeroPoint, _relu)
        : QuantizedMath.RequantizePerTensor(accumulator, _bias, _reciprocal, _multiplier, _zeroPoint, _relu);
}
