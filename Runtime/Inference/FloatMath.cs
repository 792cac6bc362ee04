using System.Runtime.CompilerServices;
using CompileTime.Shared;

namespace CompileTime.Inference;

/// <summary>The scalar arithmetic of operators with float values.</summary>
internal static class FloatMath
{
    /// <summary>max(x, 0) where NaN stays NaN and -0 stays -0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ReLU(float x) => x < 0 ? 0 : x;

    /// <summary>min(max(x, 0), 6), with NaN as <see cref="ReLU"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ReLU6(float x) => x > 6 ? 6 : ReLU(x);

    /// <summary>ReLU, ReLU6, or one of <see cref="ScalarFunctions"/>.</summary>
    public static float Run(QuantizedNode node, float x) => node.Op switch
    {
        QuantizedOp.ReLU => ReLU(x),
        QuantizedOp.ReLU6 => ReLU6(x),
        _ => ScalarMath.Run(ScalarMath.Of(node.Op), node.Slope, x),
    };
}
