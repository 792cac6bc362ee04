using System.Numerics;
using System.Runtime.InteropServices;

namespace CompileTime;

/// <summary>
/// Stochastic gradient descent, as torch.optim.SGD: g += weightDecay·w; v = momentum·v + g; w -= learningRate·v.
/// </summary>
public sealed class Sgd : Optimizer
{
    /// <param name="learningRate">Step size, at least 0.</param>
    /// <param name="momentum">The share of the velocity that stays from step to step, in [0, 1).</param>
    /// <param name="weightDecay">L2 penalty, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public Sgd(float learningRate, float momentum = 0, float weightDecay = 0)
        : base(learningRate, weightDecay)
    {
        if (!(momentum >= 0 && momentum < 1))
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "The momentum must be at least 0 and below 1.");
        Momentum = momentum;
    }

    /// <summary>The share of the velocity that stays from step to step.</summary>
    public float Momentum { get; }

    internal override string Kind => "sgd";

    internal override int Slots => 1;

    internal override void Update(Span<float> value, ReadOnlySpan<float> gradient, Span<float> slot0, Span<float> slot1, double rate,
        long step)
    {
        var lr = (float)rate;
        var w = MemoryMarshal.Cast<float, Vector<float>>(value);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        var v = MemoryMarshal.Cast<float, Vector<float>>(slot0);
        for (var i = 0; i < w.Length; i++)
        {
            v[i] = (v[i] * Momentum) + (g[i] + (w[i] * WeightDecay));
            w[i] -= v[i] * lr;
        }

        for (var i = w.Length * Vector<float>.Count; i < value.Length; i++)
        {
            slot0[i] = (slot0[i] * Momentum) + (gradient[i] + (value[i] * WeightDecay));
            value[i] -= slot0[i] * lr;
        }
    }
}
