using CompileTime.Inference;
using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Onnx;

/// <summary>A float network as ONNX, layer by layer; what does nothing in inference is left out: dropout and skipped layers.</summary>
internal static class FloatExport
{
    /// <exception cref="NotSupportedException">ONNX cannot say what a layer does; the message names it.</exception>
    public static OnnxGraph Run(FloatNetwork network)
    {
        var definition = network.Definition;
        var skipped = network.Skipped;
        var graph = new OnnxGraph(definition.ModelName, definition.InputShape, definition.Output.OutputShape);
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { [NetworkDefinition.InputName] = OnnxGraph.Input };
        foreach (var layer in definition.Layers)
        {
            string[] inputs = [.. layer.Inputs.Select(name => values[name])];
            values[layer.Name] = layer.Kind == LayerKind.Dropout || skipped.Contains(layer.Name)
                ? inputs[0]
                : Layer(graph, network, layer, inputs);
        }

        graph.Node("Identity", OnnxGraph.Output, [values[definition.Output.Name]]);
        return graph;
    }

    private static string Layer(OnnxGraph graph, FloatNetwork network, LayerDefinition layer, string[] inputs)
    {
        // Layers are named like PyTorch's modules, and their results like them: no name of ours can meet 'input' or 'output'.
        var result = layer.Name + ".result";
        switch (layer.Kind)
        {
            case LayerKind.Linear:
                return graph.Node("Gemm", result, [inputs[0], .. Parameters("weight", "bias")], OnnxAttribute.Of("transB", 1));
            case LayerKind.Conv2d:
                return graph.Node("Conv", result, [inputs[0], .. Parameters("weight", "bias")],
                    OnnxWindows.Conv(layer.Window!, layer.Groups));
            case LayerKind.BatchNorm:
                return graph.Node("BatchNormalization", result,
                    [inputs[0], .. Parameters("weight", "bias", "running_mean", "running_var")],
                    OnnxAttribute.Of("epsilon", (float)layer.Epsilon));
            case LayerKind.MaxPool2d:
                return graph.Node("MaxPool", result, inputs, OnnxWindows.MaxPool(layer.Window!, layer.InputShape, layer.OutputShape));
            case LayerKind.AvgPool2d:
                return OnnxOperators.AveragePool(graph, result, inputs[0], new AveragePool(layer.Name, layer.Window!, layer.InputShape,
                    layer.OutputShape, layer.CountIncludePad, layer.DivisorOverride));
            case LayerKind.AdaptiveAvgPool2d:
                return OnnxOperators.AdaptiveAveragePool(graph, result, inputs[0], layer.Name, layer.InputShape, layer.OutputShape);
            case var kind when ScalarFunctions.Has(kind):
                return OnnxFunctions.Run(graph, ScalarMath.Of(kind), layer.Slope, result, inputs[0]);
            default:
                return OnnxOperators.Simple(graph, layer.Kind, result, inputs);
        }

        IEnumerable<string> Parameters(params string[] names)
        {
            foreach (var name in names.Select(part => layer.Name + "." + part).Where(network.Contains))
                yield return graph.Initializer(name, network[name].Value, network[name].Shape);
        }
    }
}
