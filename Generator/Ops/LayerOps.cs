using System;
using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Diagnostics;
using CompileTime.Generator.Graph;
using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>All kinds of layers. A new one is a file beside this one, and a line here.</summary>
internal static class LayerOps
{
    private static readonly Dictionary<string, LayerOp> s_byKind = new LayerOp[]
    {
        new Linear(),
        new Conv2d(),
        new BatchNorm(),
        new ReLU(),
        new ReLU6(),
        new MaxPool2d(),
        new AvgPool2d(),
        new AdaptiveAvgPool2d(),
        new GlobalAvgPool2d(),
        new Add(),
        new Concat(),
        new Flatten(),
        new Dropout(),
        new Softmax(),
        new Elementwise(LayerKind.Sigmoid, "sigmoid"),
        new Elementwise(LayerKind.Tanh, "tanh"),
        new Elementwise(LayerKind.Hardsigmoid, "hardsigmoid"),
        new Elementwise(LayerKind.Hardswish, "hardswish"),
        new Elementwise(LayerKind.LeakyReLU, "leaky_relu", "NegativeSlope", 0.01),
        new Elementwise(LayerKind.GELU, "gelu"),
        new Elementwise(LayerKind.SiLU, "silu"),
        new Elementwise(LayerKind.ELU, "elu", "Alpha", 1),
    }.ToDictionary(op => op.Kind, StringComparer.Ordinal);

    public static IEnumerable<LayerOp> All => s_byKind.Values;

    public static LayerOp Find(string kind) => s_byKind[kind];

    public static LoweredLayer? Lower(DeclaredNode node, IReadOnlyList<Value> inputs, List<Problem> problems) =>
        Find(node.Call.Kind).Lower(new LayerContext(node, inputs, problems));
}
