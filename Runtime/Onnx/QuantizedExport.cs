using CompileTime.Inference;
using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Onnx;

/// <summary>
/// A converted network as ONNX in QDQ form: float operators between DequantizeLinear and QuantizeLinear, which a runtime fuses into
/// integer ones. ONNX wants the bias as int32 in units of input scale times weight scale, so it is rounded here, which FBGEMM does not
/// do: results agree but for near-ties.
/// </summary>
internal static class QuantizedExport
{
    /// <exception cref="NotSupportedException">ONNX cannot say what an operator does; the message names it.</exception>
    public static OnnxGraph Run(string name, QuantizedModel model) => Run(name, model, inFloat: false);

    /// <summary>The same network with its weights dequantized and nothing else quantized: what int8 is to be compared with.</summary>
    /// <exception cref="NotSupportedException">ONNX cannot say what an operator does; the message names it.</exception>
    public static OnnxGraph RunInFloat(string name, QuantizedModel model) => Run(name, model, inFloat: true);

    private static OnnxGraph Run(string name, QuantizedModel model, bool inFloat)
    {
        var network = model.Network;
        var graph = new OnnxGraph(name, network.Input.Shape, network.Output.Shape);
        var values = new string[network.Nodes.Count];
        values[0] = inFloat || network.Input.IsFloat ? OnnxGraph.Input : Requantize(graph, network.Input, OnnxGraph.Input);
        for (var i = 1; i < values.Length; i++)
        {
            var node = network.Nodes[i];
            string[] inputs = [.. node.Inputs.Select(input => values[input])];
            var result = Operator(graph, model, i, inputs, inFloat);

            // Where the zero point is 0, quantizing is a ReLU already, and a runtime fuses what has no node in between.
            if (node.Relu && (inFloat || node.IsFloat || node.ZeroPoint != 0))
                result = graph.Node("Relu", node.Name + ".relu", [result]);
            values[i] = inFloat || node.IsFloat ? result : Requantize(graph, node, result);
        }

        graph.Node(network.Softmax ? "Softmax" : "Identity", OnnxGraph.Output, [values[^1]],
            network.Softmax ? [OnnxAttribute.Of("axis", 1)] : []);
        return graph;
    }

    private static string Operator(OnnxGraph graph, QuantizedModel model, int index, string[] inputs, bool inFloat)
    {
        var node = model.Network.Nodes[index];
        var input = model.Network.Nodes[node.Inputs[0]];
        var result = node.Name + ".result";
        IEnumerable<string> Parameters() => inFloat || node.IsFloat ? FloatWeights(graph, node, model.Weights[index]!)
            : Weights(graph, node, input, model.Weights[index]!);
        return node.Op switch
        {
            QuantizedOp.Linear => graph.Node("Gemm", result, [inputs[0], .. Parameters()], OnnxAttribute.Of("transB", 1)),
            QuantizedOp.Conv2d => graph.Node("Conv", result, [inputs[0], .. Parameters()], OnnxWindows.Conv(node.Window!, node.Groups)),
            QuantizedOp.MaxPool2d => graph.Node("MaxPool", result, inputs, OnnxWindows.MaxPool(node.Window!, input.Shape, node.Shape)),
            QuantizedOp.AvgPool2d => OnnxOperators.AveragePool(graph, result, inputs[0],
                new AveragePool(node.Name, node.Window!, input.Shape,
                node.Shape, node.CountIncludePad, node.DivisorOverride)),
            QuantizedOp.AdaptiveAvgPool2d =>
                OnnxOperators.AdaptiveAveragePool(graph, result, inputs[0], node.Name, input.Shape, node.Shape),
            QuantizedOp.ReLU => OnnxOperators.Simple(graph, LayerKind.ReLU, result, inputs),
            QuantizedOp.ReLU6 => OnnxOperators.Simple(graph, LayerKind.ReLU6, result, inputs),
            QuantizedOp.Add => OnnxOperators.Simple(graph, LayerKind.Add, result, inputs),
            QuantizedOp.Concat => OnnxOperators.Simple(graph, LayerKind.Concat, result, inputs),
            // Every quantized value is dequantized at once, and quantized again behind what follows.
            QuantizedOp.Quantize or QuantizedOp.Dequantize => inputs[0],
            QuantizedOp.DynamicLinear => throw new NotSupportedException(
                $"'{node.Name}' cannot be exported: it is quantized in every call, for which the QDQ form has no word."),
            var op when ScalarFunctions.Has(op) => OnnxFunctions.Run(graph, ScalarMath.Of(op), node.Slope, result, inputs[0]),
            QuantizedOp.Flatten => OnnxOperators.Simple(graph, LayerKind.Flatten, result, inputs),
            _ => throw new NotSupportedException($"'{node.Name}' cannot be exported: {node.Op} has no operator in ONNX."),
        };
    }

    private static string Requantize(OnnxGraph graph, QuantizedNode node, string value)
    {
        var scale = graph.Initializer(node.Name + ".scale", [node.Scale]);
        var zeroPoint = graph.Initializer(node.Name + ".zero_point", (byte)node.ZeroPoint);
        var quantized = graph.Node("QuantizeLinear", node.Name + ".quantized", [value, scale, zeroPoint]);
        return graph.Node("DequantizeLinear", node.Name + ".dequantized", [quantized, scale, zeroPoint]);
    }

    private static IEnumerable<string> Weights(OnnxGraph graph, QuantizedNode node, QuantizedNode input, LayerWeights weights)
    {
        int[] shape = [.. node.Weight!.Dimensions];
        var name = node.Name + ".weight";
        yield return Dequantize(graph, name, graph.Initializer(name, weights.ValuesArray, shape), weights.ScalesArray, weights.ZeroPoint);
        if (!node.Weight.HasBias)
            yield break;
        var scales = Array.ConvertAll(weights.ScalesArray, scale => input.Scale * scale);
        var bias = new int[weights.BiasArray.Length];
        for (var i = 0; i < bias.Length; i++)
            bias[i] = (int)Math.Clamp(Math.Round((double)weights.BiasArray[i] / scales[i % scales.Length]), int.MinValue, int.MaxValue);
        name = node.Name + ".bias";
        yield return Dequantize(graph, name, graph.Initializer(name, bias, bias.Length), scales, null);
    }

    private static IEnumerable<string> FloatWeights(OnnxGraph graph, QuantizedNode node, LayerWeights weights)
    {
        yield return graph.Initializer(node.Name + ".weight", weights.ToFloat(), [.. node.Weight!.Dimensions]);
        if (node.Weight.HasBias)
            yield return graph.Initializer(node.Name + ".bias", weights.BiasArray, weights.BiasArray.Length);
    }

    private static string Dequantize(OnnxGraph graph, string name, string values, float[] scales, int? zeroPoint)
    {
        int[] dimensions = scales.Length == 1 ? [] : [scales.Length];
        var inputs = new List<string> { values, graph.Initializer(name + ".scale", scales, dimensions) };
        if (zeroPoint is { } zero)
        {
            var zeros = new sbyte[scales.Length];
            Array.Fill(zeros, (sbyte)zero);
            inputs.Add(graph.Initializer(name + ".zero_point", zeros, dimensions));
        }

        return graph.Node("DequantizeLinear", name + ".dequantized", inputs, scales.Length == 1 ? [] : [OnnxAttribute.Of("axis", 0)]);
    }
}
