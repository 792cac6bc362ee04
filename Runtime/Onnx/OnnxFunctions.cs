using CompileTime.Inference;

namespace CompileTime.Onnx;

/// <summary>The functions of one number, in operators that ONNX has had for long.</summary>
internal static class OnnxFunctions
{
    /// <param name="graph">Receives the nodes.</param>
    /// <param name="function">Which.</param>
    /// <param name="slope">Its parameter; 0 for none.</param>
    /// <param name="result">Name of the result.</param>
    /// <param name="x">Name of the input.</param>
    public static string Run(OnnxGraph graph, ScalarFunction function, float slope, string result, string x)
    {
        switch (function)
        {
            case ScalarFunction.Sigmoid:
                return graph.Node("Sigmoid", result, [x]);
            case ScalarFunction.Tanh:
                return graph.Node("Tanh", result, [x]);
            case ScalarFunction.Hardsigmoid:
                return HardSigmoid(result);
            case ScalarFunction.Hardswish:
                return graph.Node("Mul", result, [x, HardSigmoid(result + ".gate")]);
            case ScalarFunction.LeakyReLU:
                return graph.Node("LeakyRelu", result, [x], OnnxAttribute.Of("alpha", slope));
            case ScalarFunction.SiLU:
                return graph.Node("Mul", result, [x, graph.Node("Sigmoid", result + ".gate", [x])]);
            case ScalarFunction.ELU:
                return graph.Node("Elu", result, [x], OnnxAttribute.Of("alpha", slope));
            default:
                var scaled = graph.Node("Div", result + ".scaled", [x, graph.Initializer(result + ".root", [MathF.Sqrt(2)])]);
                var shifted = graph.Node("Add", result + ".shifted",
                    [graph.Node("Erf", result + ".erf", [scaled]), graph.Initializer(result + ".one", [1f])]);
                var halved = graph.Node("Mul", result + ".halved", [x, graph.Initializer(result + ".half", [0.5f])]);
                return graph.Node("Mul", result, [halved, shifted]);
        }

        string HardSigmoid(string name) =>
            graph.Node("HardSigmoid", name, [x], OnnxAttribute.Of("alpha", 1 / 6f), OnnxAttribute.Of("beta", 0.5f));
    }
}
