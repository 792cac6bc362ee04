using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>A function of one number, applied to every element; the shape stays.</summary>
/// <param name="Layer">The layer of the same name.</param>
/// <param name="Parameter">The attribute's property for the function's parameter; null for a function without one.</param>
/// <param name="Default">What it is unless given.</param>
internal sealed record Elementwise(LayerKind Layer, string FunctionName, string? Parameter = null, double Default = 0)
    : LayerOp(Layer.ToString(), FunctionName)
{
    public override LoweredLayer? Lower(LayerContext layer)
    {
        var given = Parameter is null ? Default : layer.Arguments.Double(Parameter, Default);
        var slope = (float)given;
        if (ScalarFunctions.CheckSlope(slope) is not null)
            layer.OutOfRange(Parameter!, Numbers.Text(given), "a finite number");
        return layer.Done(new LoweredLayer(layer, Layer, layer.Shape) { Slope = slope });
    }
}
