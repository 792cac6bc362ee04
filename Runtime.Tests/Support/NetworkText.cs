using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Tests;

/// <summary>Definition texts, layer by layer, with the output shapes worked out.</summary>
internal sealed class NetworkText
{
    private readonly List<string> _lines = [];
    private readonly Dictionary<string, Shape> _shapes = new(StringComparer.Ordinal);
    private string _last = NetworkDefinition.InputName;

    public NetworkText(string input, string? scale = null, string name = "Test.Net")
    {
        Assert.True(Shape.TryParse(input, out var shape));
        _shapes[_last] = shape;
        _lines.Add("model " + name);
        _lines.Add("input " + input + (scale is null ? "" : " " + scale));
    }

    private Shape In => _shapes[_last];

    public override string ToString() => string.Join('\n', _lines) + "\n";

    public NetworkDefinition Read()
    {
        var definition = DefinitionText.Read(ToString(), 1, out var error);
        Assert.True(definition is not null, error?.ToString());
        return definition;
    }

    public Trainer Trainer(int seed = 1) => new(ToString(), seed);

    public FloatNetwork Network(int seed = 1) => new(Read(), seed, inputGradient: true);

    /// <summary>Lets the next layer read from this one.</summary>
    public NetworkText From(string name)
    {
        _last = name;
        return this;
    }

    public NetworkText Linear(int features, bool bias = true) =>
        Append("Linear", $" bias={(bias ? "true" : "false")}", Shape.Flat(features));

    public NetworkText Conv(int channels, Window window, int groups = 1, bool bias = true) => Append("Conv2d",
        $" {Text(window, true)} groups={groups} bias={(bias ? "true" : "false")}",
        Shape.Image(channels, window.OutputHeight(In.Height), window.OutputWidth(In.Width)));

    public NetworkText Conv(int channels, int kernel, int padding = 0) =>
        Conv(channels, new Window(kernel, kernel, 1, 1, padding, padding, padding, padding));

    public NetworkText BatchNorm(string eps = "1E-05", string momentum = "0.1") =>
        Append("BatchNorm", $" eps={eps} momentum={momentum}", In);

    public NetworkText ReLU() => Append("ReLU", "", In);

    public NetworkText ReLU6() => Append("ReLU6", "", In);

    /// <summary>A function of one number, with its parameter if it has one: <c>"alpha=1"</c>.</summary>
    public NetworkText Elementwise(string kind, string parameter = "") => Append(kind, parameter.Length == 0 ? "" : " " + parameter, In);

    public NetworkText MaxPool(Window window, bool ceil = false) =>
        Append("MaxPool2d", $" {Text(window, true)} ceil={(ceil ? "true" : "false")}",
        Shape.Image(In.Channels, window.OutputHeight(In.Height, ceil), window.OutputWidth(In.Width, ceil)));

    public NetworkText AvgPool(Window window, bool ceil = false, bool countPad = true, int divisor = 0) => Append("AvgPool2d",
        $" {Text(window, false)} ceil={(ceil ? "true" : "false")} count_include_pad={(countPad ? "true" : "false")} divisor={divisor}",
        Shape.Image(In.Channels, window.OutputHeight(In.Height, ceil), window.OutputWidth(In.Width, ceil)));

    public NetworkText Adaptive(int height, int width) => Append("AdaptiveAvgPool2d", "", Shape.Image(In.Channels, height, width));

    public NetworkText Flatten() => Append("Flatten", "", Shape.Flat(In.Elements));

    public NetworkText Dropout(string p) => Append("Dropout", " p=" + p, In);

    public NetworkText Softmax() => Append("Softmax", "", In);

    public NetworkText Add(params string[] inputs) => Append("Add", "", _shapes[inputs[0]], inputs);

    public NetworkText Concat(params string[] inputs)
    {
        var first = _shapes[inputs[0]];
        var channels = inputs.Sum(input => _shapes[input].Channels);
        return Append("Concat", "", first.IsFlat ? Shape.Flat(channels) : Shape.Image(channels, first.Height, first.Width), inputs);
    }

    private NetworkText Append(string kind, string values, Shape output, params string[] inputs)
    {
        var name = (_lines.Count - 2).ToString();
        _lines.Add($"{name} = {kind}({(inputs.Length == 0 ? _last : string.Join(", ", inputs))}){values} -> {output}");
        _shapes.Add(name, output);
        _last = name;
        return this;
    }

    private static string Text(Window window, bool dilation) =>
        string.Join(' ', WindowText.Write(window, dilation).Select(pair => pair.Key + "=" + pair.Value));
}
