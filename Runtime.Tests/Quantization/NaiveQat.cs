using CompileTime.Quantization;
using CompileTime.Shared;
using CompileTime.Tests.Training;
using CompileTime.Training;

namespace CompileTime.Tests.Quantization;

/// <summary>
/// Quantization-aware training as nniqat's modules read, layer by layer in double, without the library's network. What rounding gives at
/// first is kept; afterwards it is a line through that point, of slope 1 within the range and 0 outside: whose differences are
/// straight-through gradients. ReLU passes what it passed at first: differences do not meet its kink.
/// </summary>
internal sealed class NaiveQat
{
    private readonly NetworkDefinition _definition;
    private readonly Func<string, float[]> _parameter;
    private readonly Dictionary<string, float[]> _variances;
    private readonly Dictionary<string, FakeQuantize> _modules;
    private readonly Dictionary<string, bool[]> _passed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (double[] X, double[] Y, bool[] Inside)> _points = new(StringComparer.Ordinal);

    /// <param name="definition">The declared network.</param>
    /// <param name="parameter">By name; what is in the arrays counts at every call.</param>
    /// <param name="variances">The running variances before the batch.</param>
    /// <param name="modules">What rounds: a layer's weight by the layer's name and ".weight", a value by the layer it leaves.</param>
    public NaiveQat(NetworkDefinition definition, Func<string, float[]> parameter, Dictionary<string, float[]> variances,
        Dictionary<string, FakeQuantize> modules) =>
        (_definition, _parameter, _variances, _modules) = (definition, parameter, variances, modules);

    /// <summary>How many values lay outside their ranges.</summary>
    public int Clipped => _points.Values.Sum(point => point.Inside.Count(inside => !inside));

    public double[] Forward(float[] input, int batch)
    {
        var values = new Dictionary<string, double[]>(StringComparer.Ordinal)
        {
            [NetworkDefinition.InputName] = Round(NetworkDefinition.InputName, Array.ConvertAll(input, value => (double)value)),
        };
        foreach (var layer in _definition.Layers)
        {
            var inputs = layer.Inputs.Select(name => values[name]).ToArray();
            var value = layer.HasWeight
                ? Weighted(layer, inputs, batch)
                : layer.Kind == LayerKind.ReLU ? Relu(layer.Name, inputs[0])
                : NaiveLayers.Forward(layer, inputs, batch, name => _parameter(layer.Name + "." + name), training: true);
            values[layer.Name] = _modules.ContainsKey(layer.Name) ? Round(layer.Name, value) : value;
        }

        return values[_definition.Output.Name];
    }

    private double[] Weighted(LayerDefinition layer, double[][] inputs, int batch)
    {
        var weight = _parameter(layer.Name + ".weight");
        var channels = layer.OutputShape.Channels;
        var filter = weight.Length / channels;
        var norm = _definition.Layers.FirstOrDefault(next => next.Kind == LayerKind.BatchNorm && next.Inputs[0] == layer.Name);
        double Factor(int channel) => norm is null
            ? 1
            : _parameter(norm.Name + ".weight")[channel] / Math.Sqrt(_variances[norm.Name][channel] + norm.Epsilon);
        var rounded = Round(layer.Name + ".weight", [.. weight.Select((value, i) => value * Factor(i / filter))]);
        var used = Array.ConvertAll(rounded, value => (float)value);
        var y = NaiveLayers.Forward(layer with { Bias = false }, inputs, batch, _ => used, training: true);
        for (var i = 0; i < y.Length; i++)
        {
            var channel = i / layer.OutputShape.Positions % channels;
            y[i] = (y[i] / Factor(channel)) + (layer.Bias ? _parameter(layer.Name + ".bias")[channel] : 0);
        }

        return y;
    }

    private double[] Relu(string name, double[] x)
    {
        if (!_passed.TryGetValue(name, out var passed))
            _passed.Add(name, passed = [.. x.Select(value => value > 0)]);
        return [.. x.Select((value, i) => passed[i] ? value : 0)];
    }

    private double[] Round(string name, double[] x)
    {
        var module = _modules[name];
        if (!_points.TryGetValue(name, out var point))
        {
            var inner = x.Length / module.QParams.Length;
            QParams Of(int i) => module.QParams[i / inner];
            double Quantized(int i) => Math.Round((float)x[i] * (1f / Of(i).Scale)) + Of(i).ZeroPoint;
            point = (x,
                [.. x.Select((_, i) => (Math.Clamp(Quantized(i), module.Spec.Min, module.Spec.Max) - Of(i).ZeroPoint) * Of(i).Scale)],
                [.. x.Select((_, i) => Quantized(i) >= module.Spec.Min && Quantized(i) <= module.Spec.Max)]);
            _points.Add(name, point);
        }

        return [.. x.Select((value, i) => point.Y[i] + (point.Inside[i] ? value - point.X[i] : 0))];
    }
}
