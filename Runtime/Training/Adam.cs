using System.Numerics;
using System.Runtime.InteropServices;

namespace CompileTime;

/// <summary>
/// Adam, as torch.optim.Adam: g += weightDecay·w; m = β₁m + (1-β₁)g; v = β₂v + (1-β₂)g²;
/// w -= learningRate/(1-β₁ᵗ) · m / (√v/√(1-β₂ᵗ) + ε).
/// </summary>
public sealed class Adam : Optimizer
{
    /// <param name="learningRate">Step size, at least 0.</param>
    /// <param name="weightDecay">L2 penalty, at least 0.</param>
    /// <param name="beta1">Decay of the mean of gradients, in [0, 1).</param>
    /// <param name="beta2">Decay of the mean of squared gradients, in [0, 1).</param>
    /// <param name="epsilon">Keeps the quotient finite; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public Adam(float learningRate = 1e-3f, float weightDecay = 0, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f)
        : base(learningRate, weightDecay)
    {
        if (!(beta1 >= 0 && beta1 < 1))
            throw new ArgumentOutOfRangeException(nameof(beta1), beta1, "beta1 must be at least 0 and below 1.");
        if (!(beta2 >= 0 && beta2 < 1))
            throw new ArgumentOutOfRangeException(nameof(beta2), beta2, "beta2 must be at least 0 and below 1.");
        if (!(epsilon > 0) || !float.IsFinite(epsilon))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "epsilon must be above 0.");
        (Beta1, Beta2, Epsilon) = (beta1, beta2, epsilon);
    }

    /// <summary>Decay of the mean of gradients.</summary>
    public float Beta1 { get; }

    /// <summary>Decay of the mean of squared gradients.</summary>
    public float Beta2 { get; }

    /// <summary>Keeps the quotient finite.</summary>
    public float Epsilon { get; }

    internal override string Kind => "adam";

    internal override int Slots => 2;

    internal override void Update(Span<float> value, ReadOnlySpan<float> gradient, Span<float> slot0, Span<float> slot1, double rate,
        long step)
    {
        var (beta1, beta2, epsilon, decay) = (Beta1, Beta2, Epsilon, WeightDecay);
        var size = (float)(rate / (1 - Math.Pow(beta1, step)));
        var correction = (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, step)));
        var w = MemoryMarshal.Cast<float, Vector<float>>(value);
        var dw = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        var m = MemoryMarshal.Cast<float, Vector<float>>(slot0);
        var v = MemoryMarshal.Cast<float, Vector<float>>(slot1);
        var e = new Vector<float>(epsilon);
        for (var i = 0; i < w.Length; i++)
        {
            var g = dw[i] + (w[i] * decay);
            m[i] += (g - m[i]) * (1 - beta1);
            v[i] = (v[i] * beta2) + (g * g * (1 - beta2));
            w[i] -= m[i] * size / ((Vector.SquareRoot(v[i]) * correction) + e);
        }

        for (var i = w.Length * Vector<float>.Count; i < value.Length; i++)
        {
            var g = gradient[i] + (value[i] * decay);
            slot0[i] += (g - slot0[i]) * (1 - beta1);
            slot1[i] = (slot1[i] * beta2) + (g * g * (1 - beta2));
            value[i] -= slot0[i] * size / ((MathF.Sqrt(slot1[i]) * correction) + epsilon);
        }
    }
}
