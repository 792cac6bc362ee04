namespace CompileTime;

/// <summary>
/// Declares a neural network: the partial class that carries it is completed with training and inference.
/// Give the shape of one sample: <c>[Model(784)]</c> for features, <c>[Model(3, 32, 32)]</c> for channels, height, width.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ModelAttribute : Attribute
{
    /// <summary>A network that takes a vector of features.</summary>
    /// <param name="features">Number of features, at least 1.</param>
    public ModelAttribute(int features) => Shape = [features];

    /// <summary>A network that takes an image, stored channel by channel (CHW), each channel row by row.</summary>
    /// <param name="channels">Channels, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    public ModelAttribute(int channels, int height, int width) => Shape = [channels, height, width];

    /// <summary>The shape of one sample.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>
    /// What one step of a stored byte is worth: a byte b stands for <c>b * InputScale + InputOffset</c>. Where it is given, the
    /// network also trains on and predicts from bytes.
    /// </summary>
    public float InputScale { get; set; } = float.NaN;

    /// <summary>The value of the byte 0; see <see cref="InputScale"/>.</summary>
    public float InputOffset { get; set; }
}
