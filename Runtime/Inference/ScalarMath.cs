using System.ComponentModel;
using CompileTime.Shared;

namespace CompileTime.Inference;

/// <summary>The functions that layers apply to every element. Names are the layers'.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum ScalarFunction
{
    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>tanh(x).</summary>
    Tanh,

    /// <summary>min(max(x + 3, 0), 6) / 6.</summary>
    Hardsigmoid,

    /// <summary>x * min(max(x + 3, 0), 6) / 6.</summary>
    Hardswish,

    /// <summary>x, or x * slope below 0.</summary>
    LeakyReLU,

    /// <summary>x * Φ(x), exact.</summary>
    GELU,

    /// <summary>x / (1 + exp(-x)).</summary>
    SiLU,

    /// <summary>x, or alpha * (exp(x) - 1) below 0.</summary>
    ELU,
}

/// <summary>
/// The functions and their derivatives. What is made of additions and products is rounded as PyTorch does, operation by operation in
/// float32; exponentials are computed in double and rounded once, so that the C library of a machine makes no difference in practice.
/// </summary>
internal static class ScalarMath
{
    private const double Sqrt2 = 1.4142135623730951;
    private const double Sqrt2Pi = 2.5066282746310002;

    public static ScalarFunction Of(QuantizedOp op) => Enum.Parse<ScalarFunction>(op.ToString());

    public static ScalarFunction Of(LayerKind kind) => Enum.Parse<ScalarFunction>(kind.ToString());

    /// <param name="function">Which.</param>
    /// <param name="slope">LeakyReLU: the slope below 0; ELU: alpha.</param>
    /// <param name="x">Any number; NaN gives NaN.</param>
    public static float Run(ScalarFunction function, float slope, float x) => function switch
    {
        ScalarFunction.Sigmoid => (float)Sigmoid(x),
        ScalarFunction.Tanh => (float)Math.Tanh(x),
        ScalarFunction.Hardsigmoid => MathF.Min(MathF.Max(x + 3, 0), 6) / 6,
        ScalarFunction.Hardswish => x * MathF.Min(MathF.Max(x + 3, 0), 6) / 6,
        ScalarFunction.LeakyReLU => x < 0 ? x * slope : x,
        ScalarFunction.GELU => (float)(x * Normal(x)),
        ScalarFunction.SiLU => (float)(x * Sigmoid(x)),
        ScalarFunction.ELU => x < 0 ? (float)(slope * (Math.Exp(x) - 1)) : x,
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };

    /// <summary>The slope at <paramref name="x"/>; at a corner PyTorch's choice.</summary>
    public static float Derivative(ScalarFunction function, float slope, float x) => (float)(function switch
    {
        ScalarFunction.Sigmoid => Sigmoid(x) * Sigmoid(-x),
        ScalarFunction.Tanh => 1 - (Math.Tanh(x) * Math.Tanh(x)),
        ScalarFunction.Hardsigmoid => x is > -3 and < 3 ? 1 / 6.0 : 0,
        ScalarFunction.Hardswish => x <= -3 ? 0 : x < 3 ? (x / 3.0) + 0.5 : 1,
        ScalarFunction.LeakyReLU => x > 0 ? 1 : slope,
        ScalarFunction.GELU => Normal(x) + (x * Math.Exp(-0.5 * x * x) / Sqrt2Pi),
        ScalarFunction.SiLU => Sigmoid(x) * (1 + (x * Sigmoid(-x))),
        ScalarFunction.ELU => x > 0 ? 1 : slope * Math.Exp(x),
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    });

    /// <summary>The byte that each byte becomes: dequantized, mapped, quantized.</summary>
    public static void FillTable(ScalarFunction function, float slope, float inputScale, int inputZeroPoint, float scale, int zeroPoint,
        Span<byte> table)
    {
        var inverse = 1f / scale;
        for (var value = 0; value < 256; value++)
        {
            var x = QuantizedMath.Dequantize(value, inputScale, inputZeroPoint);
            table[value] = QuantizedMath.Quantize(Run(function, slope, x), inverse, zeroPoint);
        }
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    // Φ(x) from the complement, which keeps its precision where Φ is tiny; -infinity times 0 must not come up.
    private static double Normal(double x) => x < -40 ? 0 : 0.5 * Erf.Complement(-x / Sqrt2);
}
