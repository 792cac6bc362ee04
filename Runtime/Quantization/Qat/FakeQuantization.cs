using System.Numerics;
using System.Runtime.InteropServices;

namespace CompileTime.Quantization;

/// <summary>
/// torch.fake_quantize_per_tensor_affine and _per_channel_affine as of PyTorch 2.10: quantized and dequantized in float32, and
/// the straight-through gradient.
/// </summary>
internal static class FakeQuantization
{
    /// <summary><c>y = (clamp(zp + rne(x * f(1 / scale)), min, max) - zp) * scale</c>; NaN becomes the minimum.</summary>
    /// <param name="x">Any float values.</param>
    /// <param name="qparams">Scale and zero point.</param>
    /// <param name="min">Smallest quantized value.</param>
    /// <param name="max">Largest quantized value.</param>
    /// <param name="y">As long as <paramref name="x"/>; may be the same memory.</param>
    public static void Forward(ReadOnlySpan<float> x, QParams qparams, int min, int max, Span<float> y)
    {
        var (scale, inverse, zero) = (qparams.Scale, 1f / qparams.Scale, (float)qparams.ZeroPoint);
        var vx = MemoryMarshal.Cast<float, Vector<float>>(x);
        var vy = MemoryMarshal.Cast<float, Vector<float>>(y);
        var (low, high) = (new Vector<float>(min), new Vector<float>(max));
        for (var i = 0; i < vy.Length; i++)
        {
            // Comparisons with NaN are false: selecting this way round makes it the minimum.
            var q = Vector.Round(vx[i] * inverse) + new Vector<float>(zero);
            q = Vector.ConditionalSelect(Vector.GreaterThan(q, low), q, low);
            q = Vector.ConditionalSelect(Vector.LessThan(q, high), q, high);
            vy[i] = (q - new Vector<float>(zero)) * scale;
        }

        for (var i = vy.Length * Vector<float>.Count; i < y.Length; i++)
        {
            var q = Quantize(x[i], inverse, zero);
            q = q > min ? q : min;
            q = q < max ? q : max;
            y[i] = (q - zero) * scale;
        }
    }

    /// <summary>The gradient passes where the value was within the range, and is zero elsewhere.</summary>
    /// <param name="x">What <see cref="Forward"/> read.</param>
    /// <param name="gradient">Of its result.</param>
    /// <param name="qparams">Scale and zero point.</param>
    /// <param name="min">Smallest quantized value.</param>
    /// <param name="max">Largest quantized value.</param>
    /// <param name="result">Receives the gradient of <paramref name="x"/>; may be the memory of <paramref name="gradient"/>.</param>
    /// <param name="accumulate">Whether it is added to what stands there.</param>
    public static void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> gradient, QParams qparams, int min, int max, Span<float> result,
        bool accumulate = false)
    {
        var (inverse, zero) = (1f / qparams.Scale, (float)qparams.ZeroPoint);
        var vx = MemoryMarshal.Cast<float, Vector<float>>(x);
        var vg = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        var vr = MemoryMarshal.Cast<float, Vector<float>>(result);
        var (low, high) = (new Vector<float>(min), new Vector<float>(max));
        for (var i = 0; i < vr.Length; i++)
        {
            var q = Vector.Round(vx[i] * inverse) + new Vector<float>(zero);
            var inside = Vector.GreaterThanOrEqual(q, low) & Vector.LessThanOrEqual(q, high);
            var passed = vg[i] * Vector.ConditionalSelect(inside, Vector<float>.One, Vector<float>.Zero);
            vr[i] = accumulate ? vr[i] + passed : passed;
        }

        for (var i = vr.Length * Vector<float>.Count; i < result.Length; i++)
        {
            var q = Quantize(x[i], inverse, zero);
            var passed = gradient[i] * (q >= min && q <= max ? 1f : 0f);
            result[i] = accumulate ? result[i] + passed : passed;
        }
    }

    /// <summary><see cref="Forward"/> with a scale and zero point for every index along one dimension.</summary>
    /// <param name="x">Row-major.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <param name="axis">The dimension that is the channels.</param>
    /// <param name="qparams">One per channel.</param>
    /// <param name="min">Smallest quantized value.</param>
    /// <param name="max">Largest quantized value.</param>
    /// <param name="y">As long as <paramref name="x"/>.</param>
    public static void ForwardPerChannel(ReadOnlySpan<float> x, ReadOnlySpan<int> shape, int axis, QParams[] qparams, int min, int max,
        Span<float> y)
    {
        var inner = Inner(shape, axis);
        for (var at = 0; at < x.Length; at += inner)
            Forward(x.Slice(at, inner), qparams[at / inner % shape[axis]], min, max, y.Slice(at, inner));
    }

    /// <summary><see cref="Backward"/> with a scale and zero point for every index along one dimension.</summary>
    public static void BackwardPerChannel(ReadOnlySpan<float> x, ReadOnlySpan<float> gradient, ReadOnlySpan<int> shape, int axis,
        QParams[] qparams, int min, int max, Span<float> result)
    {
        var inner = Inner(shape, axis);
        for (var at = 0; at < x.Length; at += inner)
            Backward(x.Slice(at, inner), gradient.Slice(at, inner), qparams[at / inner % shape[axis]], min, max, result.Slice(at, inner));
    }

    private static float Quantize(float x, float inverse, float zero) => MathF.Round(x * inverse, MidpointRounding.ToEven) + zero;

    private static int Inner(ReadOnlySpan<int> shape, int axis)
    {
        var product = 1;
        foreach (var size in shape[(axis + 1)..])
            product *= size;
        return product;
    }
}
