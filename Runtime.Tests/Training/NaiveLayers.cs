using CompileTime.Shared;

namespace CompileTime.Tests.Training;

/// <summary>
/// The layers as their definitions read, in double, one sum per output element, no shared code with the library. Inputs and results
/// are sample after sample in CHW order.
/// </summary>
internal static class NaiveLayers
{
    public static double[] Forward(LayerDefinition layer, double[][] inputs, int batch, Func<string, float[]> parameter, bool training)
    {
        var x = inputs[0];
        return layer.Kind switch
        {
            LayerKind.Linear => Linear(layer, x, batch, parameter("weight"), layer.Bias ? parameter("bias") : null),
            LayerKind.Conv2d => Conv(layer, x, batch, parameter("weight"), layer.Bias ? parameter("bias") : null),
            LayerKind.BatchNorm => BatchNorm(layer, x, batch, parameter, training),
            LayerKind.ReLU => [.. x.Select(value => Math.Max(value, 0))],
            LayerKind.ReLU6 => [.. x.Select(value => Math.Clamp(value, 0, 6))],
            LayerKind.Sigmoid => [.. x.Select(Sigmoid)],
            LayerKind.Tanh => [.. x.Select(value => (2 * Sigmoid(2 * value)) - 1)],
            LayerKind.Hardsigmoid => [.. x.Select(HardSigmoid)],
            LayerKind.Hardswish => [.. x.Select(value => value * HardSigmoid(value))],
            LayerKind.LeakyReLU => [.. x.Select(value => Math.Max(value, 0) + (layer.Slope * Math.Min(value, 0)))],
            LayerKind.GELU => [.. x.Select(value => 0.5 * value * (1 + Erf(value / Math.Sqrt(2))))],
            LayerKind.SiLU => [.. x.Select(value => value * Sigmoid(value))],
            LayerKind.ELU => [.. x.Select(value => value > 0 ? value : layer.Slope * (Math.Exp(value) - 1))],
            LayerKind.MaxPool2d => Windows(layer, x, batch, MaxOf),
            LayerKind.AvgPool2d => Windows(layer, x, batch, MeanOf),
            LayerKind.AdaptiveAvgPool2d => Adaptive(layer, x, batch),
            LayerKind.Add => [.. x.Select((_, i) => inputs.Sum(input => input[i]))],
            LayerKind.Concat => Concat(inputs, batch),
            LayerKind.Flatten or LayerKind.Dropout => x,
            LayerKind.Softmax => Softmax(layer, x, batch),
            _ => throw new InvalidOperationException(layer.Kind.ToString()),
        };
    }

    /// <summary>By its series, whose terms all have one sign: erf(x) = 2/√π · exp(-x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1)).</summary>
    public static double Erf(double x)
    {
        if (Math.Abs(x) > 6)
            return Math.Sign(x); // to 2e-17
        var (term, sum) = (x, x);
        for (var n = 1; n < 300; n++)
            sum += term *= 2 * x * x / ((2 * n) + 1);
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double HardSigmoid(double x) => Math.Clamp((x + 3) / 6, 0, 1);

    public static (double Mean, double Variance, int Count) Statistics(LayerDefinition layer, double[] x, int batch, int channel)
    {
        var shape = layer.InputShape;
        var values = new List<double>();
        for (var n = 0; n < batch; n++)
        {
            for (var p = 0; p < shape.Positions; p++)
                values.Add(x[(n * shape.Elements) + (channel * shape.Positions) + p]);
        }

        var mean = values.Average();
        return (mean, values.Average(value => (value - mean) * (value - mean)), values.Count);
    }

    private static double[] Linear(LayerDefinition layer, double[] x, int batch, float[] weight, float[]? bias)
    {
        var (inputs, outputs) = (layer.InputShape.Elements, layer.OutputShape.Elements);
        var y = new double[batch * outputs];
        for (var n = 0; n < batch; n++)
        {
            for (var o = 0; o < outputs; o++)
            {
                y[(n * outputs) + o] = bias?[o] ?? 0;
                for (var i = 0; i < inputs; i++)
                    y[(n * outputs) + o] += x[(n * inputs) + i] * weight[(o * inputs) + i];
            }
        }

        return y;
    }

    private static double[] Conv(LayerDefinition layer, double[] x, int batch, float[] weight, float[]? bias)
    {
        var (s, t, w) = (layer.InputShape, layer.OutputShape, layer.Window!);
        var perGroup = s.Channels / layer.Groups;
        var y = new double[batch * t.Elements];
        var at = 0;
        for (var n = 0; n < batch; n++)
        {
            for (var o = 0; o < t.Channels; o++)
            {
                var first = o / (t.Channels / layer.Groups) * perGroup;
                for (var oy = 0; oy < t.Height; oy++)
                {
                    for (var ox = 0; ox < t.Width; ox++, at++)
                    {
                        y[at] = bias?[o] ?? 0;
                        for (var c = 0; c < perGroup; c++)
                        {
                            foreach (var (ky, kx, iy, ix) in Taps(w, oy, ox))
                            {
                                if (iy >= 0 && iy < s.Height && ix >= 0 && ix < s.Width)
                                    y[at] += x[(((((n * s.Channels) + first + c) * s.Height) + iy) * s.Width) + ix]
                                        * weight[(((((o * perGroup) + c) * w.KernelHeight) + ky) * w.KernelWidth) + kx];
                            }
                        }
                    }
                }
            }
        }

        return y;
    }

    private static double[] BatchNorm(LayerDefinition layer, double[] x, int batch, Func<string, float[]> parameter, bool training)
    {
        var shape = layer.InputShape;
        var y = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            var c = i / shape.Positions % shape.Channels;
            var (mean, variance, _) = training
                ? Statistics(layer, x, batch, c)
                : (parameter("running_mean")[c], parameter("running_var")[c], 0);
            y[i] = ((x[i] - mean) / Math.Sqrt(variance + layer.Epsilon) * parameter("weight")[c]) + parameter("bias")[c];
        }

        return y;
    }

    private static double[] Windows(LayerDefinition layer, double[] x, int batch,
        Func<LayerDefinition, double[], int, int, int, double> value)
    {
        var (s, t) = (layer.InputShape, layer.OutputShape);
        var y = new double[batch * t.Elements];
        var at = 0;
        for (var plane = 0; plane < batch * t.Channels; plane++)
        {
            for (var oy = 0; oy < t.Height; oy++)
            {
                for (var ox = 0; ox < t.Width; ox++)
                    y[at++] = value(layer, x, plane * s.Positions, oy, ox);
            }
        }

        return y;
    }

    private static double MaxOf(LayerDefinition layer, double[] x, int plane, int oy, int ox)
    {
        var s = layer.InputShape;
        var best = double.NegativeInfinity;
        foreach (var (_, _, iy, ix) in Taps(layer.Window!, oy, ox))
        {
            if (iy >= 0 && iy < s.Height && ix >= 0 && ix < s.Width)
                best = Math.Max(best, x[plane + (iy * s.Width) + ix]);
        }

        return best;
    }

    private static double MeanOf(LayerDefinition layer, double[] x, int plane, int oy, int ox)
    {
        var (s, w) = (layer.InputShape, layer.Window!);
        var (sum, inside, padded) = (0.0, 0, 0);
        foreach (var (_, _, iy, ix) in Taps(w, oy, ox))
        {
            padded += iy < s.Height + w.Bottom && ix < s.Width + w.Right ? 1 : 0;
            if (iy < 0 || iy >= s.Height || ix < 0 || ix >= s.Width)
                continue;
            sum += x[plane + (iy * s.Width) + ix];
            inside++;
        }

        return sum / (layer.DivisorOverride != 0 ? layer.DivisorOverride : layer.CountIncludePad ? padded : inside);
    }

    private static double[] Adaptive(LayerDefinition layer, double[] x, int batch)
    {
        var (s, t) = (layer.InputShape, layer.OutputShape);
        var y = new List<double>();
        for (var plane = 0; plane < batch * t.Channels; plane++)
        {
            for (var oy = 0; oy < t.Height; oy++)
            {
                for (var ox = 0; ox < t.Width; ox++)
                {
                    var values = new List<double>();
                    var (top, bottom) = ((int)Math.Floor((double)oy * s.Height / t.Height), Math.Ceiling((oy + 1.0) * s.Height / t.Height));
                    var (left, right) = ((int)Math.Floor((double)ox * s.Width / t.Width), Math.Ceiling((ox + 1.0) * s.Width / t.Width));
                    for (var iy = top; iy < bottom; iy++)
                    {
                        for (var ix = left; ix < right; ix++)
                            values.Add(x[(plane * s.Positions) + (iy * s.Width) + ix]);
                    }

                    y.Add(values.Average());
                }
            }
        }

        return [.. y];
    }

    private static double[] Concat(double[][] inputs, int batch)
    {
        var y = new List<double>();
        for (var n = 0; n < batch; n++)
        {
            foreach (var input in inputs)
                y.AddRange(input.Skip(n * (input.Length / batch)).Take(input.Length / batch));
        }

        return [.. y];
    }

    private static double[] Softmax(LayerDefinition layer, double[] x, int batch)
    {
        var s = layer.InputShape;
        var y = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            var first = (i / s.Elements * s.Elements) + (i % s.Positions);
            var sum = 0.0;
            for (var c = 0; c < s.Channels; c++)
                sum += Math.Exp(x[first + (c * s.Positions)] - x[i]);
            y[i] = 1 / sum;
        }

        return y;
    }

    private static IEnumerable<(int KernelY, int KernelX, int Y, int X)> Taps(Window w, int oy, int ox)
    {
        for (var ky = 0; ky < w.KernelHeight; ky++)
        {
            for (var kx = 0; kx < w.KernelWidth; kx++)
                yield return (ky, kx, (oy * w.StrideHeight) - w.Top + (ky * w.DilationHeight),
                    (ox * w.StrideWidth) - w.Left + (kx * w.DilationWidth));
        }
    }
}
