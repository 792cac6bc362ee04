namespace CompileTime;

/// <summary>
/// A value inside a declared network. It exists only in the text of layer methods and of Forward, which the generator reads; no
/// instance is ever made.
/// </summary>
public sealed class Tensor
{
    private Tensor()
    {
    }
}

/// <summary>
/// The parameterless layers as functions for Forward. They are read by the generator and never run: calling one throws
/// <see cref="InvalidOperationException"/>.
/// </summary>
public static class Functional
{
    /// <summary>max(x, 0).</summary>
    public static Tensor ReLU(Tensor x) => Never(x);

    /// <summary>min(max(x, 0), 6).</summary>
    public static Tensor ReLU6(Tensor x) => Never(x);

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static Tensor Sigmoid(Tensor x) => Never(x);

    /// <summary>tanh(x).</summary>
    public static Tensor Tanh(Tensor x) => Never(x);

    /// <summary>min(max(x + 3, 0), 6) / 6.</summary>
    public static Tensor Hardsigmoid(Tensor x) => Never(x);

    /// <summary>x * min(max(x + 3, 0), 6) / 6.</summary>
    public static Tensor Hardswish(Tensor x) => Never(x);

    /// <summary>x, or x * negativeSlope below 0.</summary>
    public static Tensor LeakyReLU(Tensor x, double negativeSlope = 0.01) => Never(x, negativeSlope);

    /// <summary>x * Φ(x), with the error function.</summary>
    public static Tensor GELU(Tensor x) => Never(x);

    /// <summary>x / (1 + exp(-x)).</summary>
    public static Tensor SiLU(Tensor x) => Never(x);

    /// <summary>x, or alpha * (exp(x) - 1) below 0.</summary>
    public static Tensor ELU(Tensor x, double alpha = 1) => Never(x, alpha);

    /// <summary>a + b, element by element; the shapes are equal.</summary>
    public static Tensor Add(Tensor a, Tensor b) => Never(a, b);

    /// <summary>One after the other along the channels; all other sizes are equal.</summary>
    public static Tensor Concat(params Tensor[] values) => Never(values);

    /// <summary><c>[c, h, w] -> [c * h * w]</c>.</summary>
    public static Tensor Flatten(Tensor x) => Never(x);

    /// <summary>Largest value of each window; stride 0 means the window's size.</summary>
    public static Tensor MaxPool2d(Tensor x, int kernelSize, int stride = 0, int padding = 0) => Never(x, kernelSize, stride, padding);

    /// <summary>Mean of each window; stride 0 means the window's size.</summary>
    public static Tensor AvgPool2d(Tensor x, int kernelSize, int stride = 0, int padding = 0) => Never(x, kernelSize, stride, padding);

    /// <summary><c>[c, h, w] -> [c, 1, 1]</c>.</summary>
    public static Tensor GlobalAvgPool2d(Tensor x) => Never(x);

    /// <summary>Zeroes elements at random while training.</summary>
    public static Tensor Dropout(Tensor x, double p = 0.5) => Never(x, p);

    /// <summary>exp(x) / sum(exp(x)); only on what Forward returns.</summary>
    public static Tensor Softmax(Tensor x) => Never(x);

    private static Tensor Never(params object[] _) => throw new InvalidOperationException(
        "Forward and the layer methods declare a network; they are compiled, not called. Use Predict.");
}
