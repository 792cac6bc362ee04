using CompileTime.Shared;

namespace CompileTime.Training;

/// <summary>Which class trains which layer: a new layer is a new file and a line here.</summary>
internal static class LayerTable
{
    public static Layer Create(LayerContext context) => context.Definition.Kind switch
    {
        LayerKind.Linear => new Linear(context),
        LayerKind.Conv2d => new Conv2d(context),
        LayerKind.BatchNorm => new BatchNorm(context),
        LayerKind.ReLU => new ReLU(context),
        LayerKind.ReLU6 => new ReLU6(context),
        LayerKind.MaxPool2d => new MaxPool2d(context),
        LayerKind.AvgPool2d => new AvgPool2d(context),
        LayerKind.AdaptiveAvgPool2d => new AdaptiveAvgPool2d(context),
        LayerKind.Add => new Add(context),
        LayerKind.Concat => new Concat(context),
        LayerKind.Flatten => new Flatten(context),
        LayerKind.Dropout => new Dropout(context),
        LayerKind.Softmax => new Softmax(context),
        var kind when ScalarFunctions.Has(kind) => new Elementwise(context),
        _ => throw new InvalidOperationException($"There is no float layer for {context.Definition.Kind}."),
    };
}
