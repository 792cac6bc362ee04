using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace CompileTime.Shared;

/// <summary>
/// The canonical text of a <see cref="NetworkDefinition"/>: the generator prints it into the class, the trainer reads it, and
/// an artifact carries it. Two definitions are the same exactly when their texts are.
/// </summary>
internal static class DefinitionText
{
    private const string Rule = "Int8, the backend, and perhaps mode=, activation=, weight=, weight_bits=7 and percentile=";

    public static string Write(NetworkDefinition definition)
    {
        var text = new StringBuilder();
        text.Append("model ").Append(definition.ModelName).Append('\n');
        text.Append("input ").Append(definition.InputShape.ToString());
        if (definition.InputScale is { } scale)
            text.Append(" scale=").Append(Numbers.Text(scale)).Append(" offset=").Append(Numbers.Text(definition.InputOffset));
        text.Append('\n');
        if (definition.Quantize is { } quantize)
            text.Append("quantize ").Append(QuantizeText.Write(quantize, ' ')).Append('\n');
        foreach (var layer in definition.Layers)
            text.Append(TextLine.Write(layer.Name, layer.Kind.ToString(), layer.Inputs, layer.OutputShape, Values(layer))).Append('\n');
        return text.ToString();
    }

    /// <summary>Reads what <see cref="Write"/> wrote. <paramref name="firstLine"/> is the number of the first line, for messages.</summary>
    public static NetworkDefinition? Read(string text, int firstLine, out TextError? error)
    {
        error = null;
        string? model = null;
        Shape input = default;
        float? inputScale = null;
        var inputOffset = 0f;
        QuantizeRule? quantize = null;
        var layers = new List<LayerDefinition>();
        var lines = new List<int>();
        var shapes = new Dictionary<string, Shape>(StringComparer.Ordinal);
        var number = firstLine - 1;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r', ' ');
            if (line.Length == 0)
                continue;
            var words = line.Split(' ');
            if (model is null)
            {
                if (words.Length != 2 || words[0] != "model")
                    error = new TextError(number, 1, "expected 'model' and the full name of the class");
                else
                    model = words[1];
            }
            else if (!input.IsValid)
            {
                error = ReadInput(words, number, out input, out inputScale, out inputOffset);
                shapes[NetworkDefinition.InputName] = input;
            }
            else if (words[0] == "quantize" && words.Length > 1 && words[1] != "=" && layers.Count == 0 && quantize is null)
            {
                quantize = QuantizeText.Read([.. words.Skip(1)]);
                if (quantize is null)
                    error = new TextError(number, 1, "'quantize' is followed by Float32, or by " + Rule);
            }
            else if (ReadLayer(line, number, shapes, out error) is { } layer)
            {
                layers.Add(layer);
                lines.Add(number);
                shapes.Add(layer.Name, layer.OutputShape);
            }

            if (error is not null)
                return null;
        }

        if (model is null || layers.Count == 0)
        {
            error = new TextError(number, 1, "the network has no layers");
            return null;
        }

        if (MemoryRules.CheckValues(input, layers, quantize) is { } found)
        {
            error = new TextError(lines[found.Layer], 1, "the values of the network, with what convolutions pad them with, are too large");
            return null;
        }

        return new NetworkDefinition
        {
            ModelName = model,
            InputShape = input,
            InputScale = inputScale,
            InputOffset = inputOffset,
            Quantize = quantize,
            Layers = layers,
        };
    }

    private static IEnumerable<(string, string)> Values(LayerDefinition layer)
    {
        if (layer.Window is { } window)
        {
            foreach (var value in WindowText.Write(window, dilation: layer.Kind != LayerKind.AvgPool2d))
                yield return value;
        }

        switch (layer.Kind)
        {
            case LayerKind.Conv2d:
                yield return ("groups", Numbers.Text(layer.Groups));
                yield return ("bias", Numbers.Text(layer.Bias));
                break;
            case LayerKind.Linear:
                yield return ("bias", Numbers.Text(layer.Bias));
                break;
            case LayerKind.MaxPool2d:
                yield return ("ceil", Numbers.Text(layer.CeilMode));
                break;
            case LayerKind.AvgPool2d:
                yield return ("ceil", Numbers.Text(layer.CeilMode));
                yield return ("count_include_pad", Numbers.Text(layer.CountIncludePad));
                yield return ("divisor", Numbers.Text(layer.DivisorOverride));
                break;
            case LayerKind.BatchNorm:
                yield return ("eps", Numbers.Text(layer.Epsilon));
                yield return ("momentum", Numbers.Text(layer.Momentum));
                break;
            case LayerKind.Dropout:
                yield return ("p", Numbers.Text(layer.Probability));
                break;
        }

        if (ScalarFunctions.ParameterName(layer.Kind.ToString()) is { } slope)
            yield return (slope, Numbers.Text(layer.Slope));
        if (layer.Prune is { } prune)
            yield return ("prune", PruneText.Write(prune));
        if (layer.Quantize is { } quantize)
            yield return ("quantize", QuantizeText.Write(quantize, ':'));
    }

    private static TextError? ReadInput(string[] words, int number, out Shape shape, out float? scale, out float offset)
    {
        scale = null;
        offset = 0;
        shape = default;
        var good = words.Length is 2 or 4 && words[0] == "input" && Shape.TryParse(words[1], out shape);
        if (good && words.Length == 4)
        {
            good = words[2].StartsWith("scale=", StringComparison.Ordinal) && Numbers.TryFloat(words[2].Substring(6), out var s) & true
                && words[3].StartsWith("offset=", StringComparison.Ordinal) && Numbers.TryFloat(words[3].Substring(7), out offset)
                && (scale = s) is not null;
        }

        return good ? null : new TextError(number, 1, "expected 'input', a shape, and 'scale=' 'offset=' or nothing");
    }

    private static LayerDefinition? ReadLayer(string text, int number, Dictionary<string, Shape> shapes, out TextError? error)
    {
        var line = TextLine.Parse(text, number, out error);
        if (line is null)
            return null;
        if (!Enum.TryParse<LayerKind>(line.Op, out var kind) || kind.ToString() != line.Op)
            line.Fail(1, "there is no layer '" + line.Op + "'");
        if (shapes.ContainsKey(line.Name))
            line.Fail(1, "the name is used twice");
        foreach (var input in line.Inputs)
        {
            if (!shapes.ContainsKey(input))
                line.Fail(1, "its input '" + input + "' is not a layer above it");
        }

        error = line.Error;
        if (error is not null)
            return null;

        var windowed = kind is LayerKind.Conv2d or LayerKind.MaxPool2d or LayerKind.AvgPool2d;
        var pool = kind is LayerKind.MaxPool2d or LayerKind.AvgPool2d;
        var layer = new LayerDefinition
        {
            Name = line.Name,
            Kind = kind,
            Inputs = line.Inputs,
            InputShape = shapes[line.Inputs[0]],
            OutputShape = line.Shape,
            Window = windowed ? WindowText.Read(line, dilation: kind != LayerKind.AvgPool2d) : null,
            Groups = kind == LayerKind.Conv2d ? line.Int("groups") : 1,
            Bias = kind is LayerKind.Conv2d or LayerKind.Linear && line.Bool("bias"),
            CeilMode = pool && line.Bool("ceil"),
            CountIncludePad = kind != LayerKind.AvgPool2d || line.Bool("count_include_pad"),
            DivisorOverride = kind == LayerKind.AvgPool2d ? line.Int("divisor") : 0,
            Epsilon = kind == LayerKind.BatchNorm ? line.Double("eps") : 1e-5,
            Momentum = kind == LayerKind.BatchNorm ? line.Double("momentum") : 0.1,
            Probability = kind == LayerKind.Dropout ? line.Double("p") : 0.5,
            Slope = ScalarFunctions.ParameterName(line.Op) is { } slope ? line.Float(slope) : 0,
            Prune = line.Has("prune") ? ReadPrune(line) : null,
            Quantize = line.Has("quantize") ? ReadQuantize(line) : null,
        };
        if (line.Error is null && DefinitionRules.Check(layer, shapes) is { } problem)
            line.Fail(1, problem);
        error = line.Finish();
        return error is null ? layer : null;
    }

    private static PruneRule? ReadPrune(TextLine line)
    {
        var rule = PruneText.Read(line.Text("prune"));
        if (rule is null)
            line.Fail(1, "'prune' is written method:amount:global or method:amount:local, and perhaps :filter, :layer, :dim1 or :16x4");
        return rule;
    }

    private static QuantizeRule? ReadQuantize(TextLine line)
    {
        var rule = QuantizeText.Read(line.Text("quantize").Split(':'));
        if (rule is null)
            line.Fail(1, "'quantize' is written Float32, or, with colons between them, " + Rule);
        return rule;
    }
}
