using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Quantization;

/// <summary>torch.ao.quantization.convert: from a calibrated network to integers.</summary>
internal static class Converter
{
    /// <exception cref="InvalidOperationException">A weight is NaN or infinite.</exception>
    public static QuantizedModel Run(Calibration calibration)
    {
        var network = calibration.Network;
        var nodes = new List<QuantizedNode> { Input(calibration) };
        var weights = new List<LayerWeights?> { null };
        var indices = new Dictionary<string, int>(StringComparer.Ordinal) { [NetworkDefinition.InputName] = 0 };
        foreach (var layer in network.Layers)
        {
            var quantized = layer.Layer.HasWeight ? Weights(calibration, layer.Layer) : null;
            int[] inputs = [.. layer.Layer.Inputs.Select(name => indices[name])];
            var qparams = Calibration.HasOwnScale(layer.Layer.Kind)
                ? calibration.QParamsOf(layer.Result)
                : ScalarFunctions.FixedQParams(layer.Layer.Kind) is { } known ? new QParams(known.Scale, known.ZeroPoint)
                : new QParams(nodes[inputs[0]].Scale, nodes[inputs[0]].ZeroPoint);
            nodes.Add(Node(calibration, layer, inputs, qparams, MemoryFormats.Of(layer.Layer, [.. inputs.Select(input => nodes[input])]),
                quantized));
            weights.Add(quantized);
            indices.Add(layer.Result, nodes.Count - 1);
        }

        return new QuantizedModel(new QuantizedNetwork { Nodes = nodes, Softmax = network.Softmax }, weights);
    }

    private static QuantizedNode Input(Calibration calibration)
    {
        var qparams = calibration.QParamsOf(NetworkDefinition.InputName);
        return new QuantizedNode
        {
            Name = NetworkDefinition.InputName,
            Op = QuantizedOp.Quantize,
            Inputs = [],
            Shape = calibration.Network.Float.Definition.InputShape,
            Scale = qparams.Scale,
            ZeroPoint = qparams.ZeroPoint,
            Format = MemoryFormat.Contiguous,
        };
    }

    private static QuantizedNode Node(Calibration calibration, FusedLayer fused, int[] inputs, QParams qparams, MemoryFormat format,
        LayerWeights? weights)
    {
        var layer = fused.Layer;
        return new QuantizedNode
        {
            Name = layer.Name,
            Op = Op(layer),
            Inputs = inputs,
            Shape = layer.OutputShape,
            Scale = qparams.Scale,
            ZeroPoint = qparams.ZeroPoint,
            Format = format,
            Relu = fused.Relu,
            Window = layer.Window,
            Groups = layer.Groups,
            CeilMode = layer.CeilMode,
            CountIncludePad = layer.CountIncludePad,
            DivisorOverride = layer.DivisorOverride,
            Slope = layer.Slope,
            Weight = weights is null ? null : new WeightInfo(layer.WeightShape, calibration.ConfigOf(layer).Weight().Spec.IsPerChannel,
                weights.ZeroPoint, layer.Bias, QuantizedModel.CountNonzeros(weights.Values, weights.ZeroPoint)),
        };
    }

    private static LayerWeights Weights(Calibration calibration, LayerDefinition layer)
    {
        var network = calibration.Network.Float;
        var weight = network[layer.Name + ".weight"];
        float[] bias = layer.Bias ? [.. network[layer.Name + ".bias"].Value] : [];
        if (!weight.Value.All(float.IsFinite) || !bias.All(float.IsFinite))
            throw new InvalidOperationException(
                $"The weights of '{layer.Name}' are not all finite: the network has not been trained to finite weights.");
        try
        {
            return WeightQuantizer.Quantize(weight.Value, layer.WeightShape, bias, calibration.ConfigOf(layer).Weight());
        }
        catch (InvalidOperationException problem)
        {
            throw new InvalidOperationException($"The weights of '{layer.Name}': {problem.Message}", problem);
        }
    }

    private static QuantizedOp Op(LayerDefinition layer) => layer.Kind switch
    {
        LayerKind.Linear => QuantizedOp.Linear,
        LayerKind.Conv2d => QuantizedOp.Conv2d,
        LayerKind.ReLU => QuantizedOp.ReLU,
        LayerKind.ReLU6 => QuantizedOp.ReLU6,
        LayerKind.MaxPool2d => QuantizedOp.MaxPool2d,
        LayerKind.AvgPool2d => QuantizedOp.AvgPool2d,
        LayerKind.AdaptiveAvgPool2d => QuantizedOp.AdaptiveAvgPool2d,
        LayerKind.Add => QuantizedOp.Add,
        LayerKind.Concat => QuantizedOp.Concat,
        LayerKind.Flatten => QuantizedOp.Flatten,
        var kind when ScalarFunctions.Has(kind) => ScalarFunctions.Op(kind),
        _ => throw new InvalidOperationException($"'{layer.Name}' ({layer.Kind}) has no quantized operator."),
    };
}
