using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Quantization;

/// <summary>The scales of a network after quantization-aware training: nothing is observed any more.</summary>
internal sealed class QatCalibration(FusedNetwork network, QuantizeRule rule, QatSession session) : Calibration(network, rule)
{
    private bool IsAsTrained => session.Options.ScaleMode == ScaleMode.AsTrained;

    /// <inheritdoc/>
    public override QParams QParamsOf(string result)
    {
        var module = session.Network.Activations[result].Module;
        if (module is { Min: [0], Max: [0] } && CanDiffer(result))
            throw new InvalidOperationException(
                $"The range of '{result}' has collapsed: all its values became 0 in training. Train with a lower learning rate; if it is a "
                + "layer that really gives nothing but 0, remove it, or leave it float32 with [Quantize(Float32)].");
        return IsAsTrained ? module.QParams[0] : module.CalculateQParams()[0];
    }

    /// <inheritdoc/>
    public override LayerWeights QuantizeWeight(LayerDefinition layer, float[] folded, float[] bias)
    {
        var weight = session.Network.Weights[layer.Name];
        return IsAsTrained
            ? WeightQuantizer.Quantize(session.Network.FoldedWeight(layer.Name), bias, weight.Module.QParams, weight.Module.Spec)
            : WeightQuantizer.Quantize(folded, bias, AfterConvert(weight.Module, folded), weight.Module.Spec);
    }

    /// <summary>convert passes the folded weight through the weight's observer once more.</summary>
    public static QParams[] AfterConvert(FakeQuantize trained, float[] folded)
    {
        var module = trained.Copy();
        module.ObserverEnabled = true;
        module.Forward(folded, new float[folded.Length]);
        return module.CalculateQParams();
    }
}
