using CompileTime.Shared;

namespace CompileTime.Onnx;

/// <summary>An average pool as both kinds of network have it.</summary>
internal sealed record AveragePool(string Name, Window Window, Shape Input, Shape Output, bool CountIncludePad, int DivisorOverride);

/// <summary>
/// The operators that are the same in a float and in a quantized graph, where they stand between dequantize and quantize.
/// </summary>
internal static class OnnxOperators
{
    /// <summary>Layers without parameters and sizes.</summary>
    public static string Simple(OnnxGraph graph, LayerKind kind, string result, string[] inputs) => kind switch
    {
        LayerKind.ReLU => graph.Node("Relu", result, inputs),
        LayerKind.ReLU6 => graph.Node("Clip", result,
            [inputs[0], graph.Initializer(result + ".min", [0f]), graph.Initializer(result + ".max", [6f])]),
        LayerKind.Add => graph.Node("Add", result, inputs),
        LayerKind.Concat => graph.Node("Concat", result, inputs, OnnxAttribute.Of("axis", 1)),
        LayerKind.Flatten => graph.Node("Flatten", result, inputs),
        LayerKind.Softmax => graph.Node("Softmax", result, inputs, OnnxAttribute.Of("axis", 1)),
        _ => throw new NotSupportedException($"'{result}' cannot be exported: {kind} has no operator in ONNX."),
    };

    public static string AveragePool(OnnxGraph graph, string result, string input, AveragePool pool)
    {
        if (pool.DivisorOverride == 0)
        {
            return graph.Node("AveragePool", result, [input],
                OnnxWindows.AveragePool(pool.Name, pool.Window, pool.Input, pool.Output, pool.CountIncludePad));
        }

        // The sum is the mean over the whole kernel times its size; what lies beyond the image adds nothing to it.
        var mean = graph.Node("AveragePool", result + ".mean", [input], OnnxWindows.AveragePool(pool.Name, Padded(pool), pool.Input,
            pool.Output, countIncludePad: true));
        return graph.Node("Mul", result, [mean, graph.Initializer(result + ".factor", [(float)pool.Window.Taps / pool.DivisorOverride])]);
    }

    public static string AdaptiveAveragePool(OnnxGraph graph, string result, string input, string name, Shape from, Shape to) =>
        to.Positions == 1
            ? graph.Node("GlobalAveragePool", result, [input])
            : AveragePool(graph, result, input,
                new AveragePool(name, OnnxWindows.Adaptive(name, from, to), from, to, CountIncludePad: false, 0));

    // So much padding at the end that no window reaches beyond it.
    private static Window Padded(AveragePool pool) => pool.Window with
    {
        Bottom = Math.Max(pool.Window.Bottom,
            ((pool.Output.Height - 1) * pool.Window.StrideHeight) + pool.Window.KernelHeight - pool.Input.Height - pool.Window.Top),
        Right = Math.Max(pool.Window.Right,
            ((pool.Output.Width - 1) * pool.Window.StrideWidth) + pool.Window.KernelWidth - pool.Input.Width - pool.Window.Left),
    };
}
