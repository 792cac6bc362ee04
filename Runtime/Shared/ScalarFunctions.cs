namespace CompileTime.Shared;

/// <summary>
/// The layers that are a function of one number, applied to every element: an enum member each, everything else in common. On quint8
/// such a layer is a table of 256 bytes.
/// </summary>
internal static class ScalarFunctions
{
    public static bool Has(LayerKind kind) => kind is LayerKind.Sigmoid or LayerKind.Tanh or LayerKind.Hardsigmoid or LayerKind.Hardswish
        or LayerKind.LeakyReLU or LayerKind.GELU or LayerKind.SiLU or LayerKind.ELU;

    public static bool Has(QuantizedOp op) => op is QuantizedOp.Sigmoid or QuantizedOp.Tanh or QuantizedOp.Hardsigmoid
        or QuantizedOp.Hardswish or QuantizedOp.LeakyReLU or QuantizedOp.GELU or QuantizedOp.SiLU or QuantizedOp.ELU;

    /// <summary>The operator of the same name.</summary>
    public static QuantizedOp Op(LayerKind kind) => (QuantizedOp)System.Enum.Parse(typeof(QuantizedOp), kind.ToString());

    /// <summary>What PyTorch calls the function's parameter (<c>Slope</c> here); null for a function without one.</summary>
    public static string? ParameterName(string name) => name switch
    {
        nameof(LayerKind.LeakyReLU) => "negative_slope",
        nameof(LayerKind.ELU) => "alpha",
        _ => null,
    };

    /// <summary>
    /// Scale and zero point of a result whose range does not depend on its input, as PyTorch fixes them; null where they are observed.
    /// </summary>
    public static (float Scale, int ZeroPoint)? FixedQParams(LayerKind kind) => kind switch
    {
        LayerKind.Sigmoid or LayerKind.Hardsigmoid => (1f / 256, 0),
        LayerKind.Tanh => (2f / 256, 128),
        _ => null,
    };

    /// <summary>What a slope must be; null if it is.</summary>
    public static string? CheckSlope(float slope) =>
        float.IsNaN(slope) || float.IsInfinity(slope) ? "its parameter must be a finite number" : null;
}
