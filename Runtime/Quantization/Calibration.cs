using CompileTime.Shared;

namespace CompileTime.Quantization;

/// <summary>
/// Post-training calibration: runs samples through the folded float network and observes its input and every result that gets a scale
/// of its own. Pools, ReLU and Flatten keep the scale of what they read.
/// </summary>
internal sealed class Calibration
{
    /// <summary>Samples per pass: memory does not grow with the number of samples. PyTorch's histograms depend on it, too.</summary>
    public const int BatchSize = 64;

    private readonly Dictionary<string, Observer> _observers = new(StringComparer.Ordinal);

    public Calibration(FusedNetwork network, QConfig config)
    {
        Network = network;
        Config = config;
        _observers.Add(NetworkDefinition.InputName, config.Activation());
        foreach (var layer in network.Layers)
        {
            if (HasOwnScale(layer.Layer.Kind))
                _observers.Add(layer.Result, config.Activation());
        }
    }

    public FusedNetwork Network { get; }

    public QConfig Config { get; }

    /// <summary>Whether a layer's result is requantized; otherwise it has the scale of what it reads.</summary>
    public static bool HasOwnScale(LayerKind kind) => kind is LayerKind.Linear or LayerKind.Conv2d or LayerKind.Add or LayerKind.Concat
        || (ScalarFunctions.Has(kind) && ScalarFunctions.FixedQParams(kind) is null);

    /// <summary>Observes one batch of finite values.</summary>
    /// <exception cref="InvalidOperationException">A layer's result is NaN or infinite.</exception>
    public void Observe(ReadOnlySpan<float> inputs, int batch)
    {
        _observers[NetworkDefinition.InputName].Observe(inputs, [batch, inputs.Length / batch]);
        Network.Float.Forward(inputs, batch, (layer, values) =>
        {
            if (!_observers.TryGetValue(layer.Name, out var observer))
                return;
            foreach (var value in values)
            {
                if (!float.IsFinite(value))
                    throw new InvalidOperationException(
                        $"Layer '{layer.Name}' gives {value}: the network has not been trained to finite weights.");
            }

            observer.Observe(values, [batch, values.Length / batch]);
        });
    }

    /// <summary>Scale and zero point of <see cref="NetworkDefinition.InputName"/> or of a float layer's result.</summary>
    public QParams QParamsOf(string result) => _observers[result].Calculate()[0];
}
