using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Quantization;

/// <summary>
/// torch.ao.quantization.convert: from a calibrated network to integers, and to float values where layers stay in float32. A value is
/// converted when the first layer reads it as the other type.
/// </summary>
internal sealed class Converter
{
    private readonly Calibration _calibration;
    private readonly List<QuantizedNode> _nodes = [];
    private readonly List<LayerWeights?> _weights = [];

    // By value and type. A value that nobody has asked for in a type has no node of it.
    private readonly Dictionary<(string Value, bool IsFloat), int> _indices = [];

    private Converter(Calibration calibration) => _calibration = calibration;

    /// <exception cref="InvalidOperationException">A weight is NaN or infinite, or a value has no range that could be quantized.</exception>
    public static QuantizedModel Run(Calibration calibration)
    {
        var converter = new Converter(calibration);
        converter.Input();
        foreach (var layer in calibration.Network.Layers)
            converter.Layer(layer);
        return new QuantizedModel(new QuantizedNetwork { Nodes = converter._nodes, Softmax = calibration.Network.Softmax }, converter._weights);
    }

    private void Input()
    {
        var node = new QuantizedNode
        {
            Name = NetworkDefinition.InputName,
            Op = QuantizedOp.Input,
            Inputs = [],
            Shape = _calibration.Network.Float.Definition.InputShape,
            IsFloat = true,
            Scale = 1,
            ZeroPoint = 0,
            Format = MemoryFormat.Contiguous,
        };
        Add(NetworkDefinition.InputName, _calibration.Placement.InputReaders().Float ? node : Quantized(node, QuantizedOp.Quantize), null);
    }

    private void Layer(FusedLayer fused)
    {
        var (layer, placement) = (fused.Layer, _calibration.Placement);
        var isFloat = placement.IsFloat(fused);
        int[] inputs = [.. layer.Inputs.Select(name => Find(name, isFloat))];
        var weights = !layer.HasWeight ? null : placement.HasInt8Weights(fused) ? Weights(_calibration, layer) : FloatWeights(_calibration, layer);
        var qparams = isFloat ? new QParams(1, 0)
            : ValueTypes.HasOwnScale(layer.Kind) ? _calibration.QParamsOf(fused.Result)
            : ScalarFunctions.FixedQParams(layer.Kind) is { } known ? new QParams(known.Scale, known.ZeroPoint)
            : new QParams(_nodes[inputs[0]].Scale, _nodes[inputs[0]].ZeroPoint);
        Add(fused.Result, new QuantizedNode
        {
            Name = layer.Name,
            Op = placement.IsDynamic(fused) ? QuantizedOp.DynamicLinear : Op(layer),
            Inputs = inputs,
            Shape = layer.OutputShape,
            IsFloat = isFloat,
            Scale = qparams.Scale,
            ZeroPoint = qparams.ZeroPoint,
            Format = MemoryFormats.Of(layer, [.. inputs.Select(input => _nodes[input])]),
            Relu = fused.Relu,
            ReduceRange = placement.IsDynamic(fused) && placement.RuleOf(layer).Backend is nameof(Backend.Fbgemm) or nameof(Backend.X86),
            Window = layer.Window,
            Groups = layer.Groups,
            CeilMode = layer.CeilMode,
            CountIncludePad = layer.CountIncludePad,
            DivisorOverride = layer.DivisorOverride,
            Slope = layer.Slope,
            Weight = weights is null ? null : new WeightInfo(layer.WeightShape, weights.Scales.Length > 0
                && _calibration.ConfigOf(layer).Weight().Spec.IsPerChannel, weights.ZeroPoint, layer.Bias, QuantizedModel.CountNonzeros(weights))
            {
                IsFloat = weights.Scales.Length == 0,
            },
        }, weights);
    }

    /// <summary>The node that has a value as the given type, converted here if nobody has asked for it yet.</summary>
    private int Find(string value, bool isFloat)
    {
        if (_indices.TryGetValue((value, isFloat), out var index))
            return index;
        var source = _indices[(value, !isFloat)];
        var name = _nodes[source].Name + (isFloat ? ".dequantize" : ".quantize");
        var node = _nodes[source] with
        {
            Name = name, Inputs = [source], Relu = false, ReduceRange = false, Window = null, Groups = 1, CeilMode = false,
            CountIncludePad = true, DivisorOverride = 0, Slope = 0, Weight = null,
        };
        return Add(value, isFloat
            ? node with { Op = QuantizedOp.Dequantize, IsFloat = true, Scale = 1, ZeroPoint = 0 }
            : Quantized(node, QuantizedOp.Quantize, value), null);
    }

    private QuantizedNode Quantized(QuantizedNode node, QuantizedOp op, string value = NetworkDefinition.InputName)
    {
        var qparams = _calibration.QParamsOf(value);
        return node with { Op = op, IsFloat = false, Scale = qparams.Scale, ZeroPoint = qparams.ZeroPoint };
    }

    private int Add(string value, QuantizedNode node, LayerWeights? weights)
    {
        _nodes.Add(node);
        _weights.Add(weights);
        _indices.Add((value, node.IsFloat), _nodes.Count - 1);
        return _nodes.Count - 1;
    }

    private static LayerWeights FloatWeights(Calibration calibration, LayerDefinition layer)
    {
        var (weight, bias) = Parameters(calibration, layer);
        return new LayerWeights([.. weight], bias);
    }

    private static LayerWeights Weights(Calibration calibration, LayerDefinition layer)
    {
        var (weight, bias) = Parameters(calibration, layer);
        try
        {
            return calibration.QuantizeWeight(layer, weight, bias);
        }
        catch (InvalidOperationException problem)
        {
            throw new InvalidOperationException($"The weights of '{layer.Name}': {problem.Message}", problem);
        }
    }

    private static (float[] Weight, float[] Bias) Parameters(Calibration calibration, LayerDefinition layer)
    {
        var network = calibration.Network.Float;
        var weight = network[layer.Name + ".weight"].Value;
        float[] bias = layer.Bias ? [.. network[layer.Name + ".bias"].Value] : [];
        return weight.All(float.IsFinite) && bias.All(float.IsFinite)
            ? (weight, bias)
            : throw new InvalidOperationException(
                $"The weights of '{layer.Name}' are not all finite: the network has not been trained to finite weights.");
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
