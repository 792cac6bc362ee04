using System;
using System.Collections.Generic;
using System.Text;

namespace CompileTime.Shared;

/// <summary>
/// Writes and reads manifests. Sections in a fixed order, one thing a line, so that a retrained model makes a readable diff.
/// Reading trusts nothing: whatever it returns has passed <see cref="QuantizedRules"/>.
/// </summary>
internal static class ManifestText
{
    private const string Header = "compiletime-manifest 1";

    public static string Write(Manifest manifest) => WriteFacts(manifest) + "facts " + manifest.FactsSha256 + "\n";

    /// <summary>All but the last line, which is the hash of it.</summary>
    public static string WriteFacts(Manifest manifest)
    {
        var text = new StringBuilder();
        text.Append(Header).Append('\n');
        text.Append("\n[definition]\n").Append(manifest.DefinitionText);
        text.Append("\n[quantized]\n");
        foreach (var node in manifest.Network.Nodes)
        {
            var inputs = new List<string>();
            foreach (var input in node.Inputs)
                inputs.Add(manifest.Network.Nodes[input].Name);
            text.Append(TextLine.Write(node.Name, node.Op.ToString(), inputs, node.Shape, Values(node))).Append('\n');
        }

        text.Append("\n[output]\nsoftmax ").Append(Numbers.Text(manifest.Network.Softmax)).Append('\n');
        text.Append("\n[validation]\nsamples ").Append(Numbers.Text(manifest.ValidationSamples)).Append('\n');
        foreach (var entry in manifest.Validation)
            text.Append(entry.Stage).Append(' ').Append(Numbers.Text(entry.Accuracy)).Append('\n');
        text.Append("\n[blob]\nbytes ").Append(Numbers.Text(manifest.BlobBytes)).Append('\n');
        text.Append("sha256 ").Append(manifest.BlobSha256).Append('\n');
        return text.ToString();
    }

    public static Manifest? Read(string text, out TextError? error)
    {
        error = null;
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
            lines[i] = lines[i].TrimEnd('\r', ' ');
        if (lines[0] != Header)
        {
            error = new TextError(1, 1, lines[0].StartsWith("compiletime-manifest ", StringComparison.Ordinal)
                ? "this manifest is of another version than 1"
                : "this is not a CompileTime manifest: the first line must be '" + Header + "'");
            return null;
        }

        string[] names = ["[definition]", "[quantized]", "[output]", "[validation]", "[blob]"];
        var starts = new int[names.Length + 1];
        starts[names.Length] = lines.Length;
        for (var i = 0; i < names.Length; i++)
        {
            starts[i] = Array.IndexOf(lines, names[i]);
            if (starts[i] < 0 || (i > 0 && starts[i] < starts[i - 1]))
            {
                error = new TextError(lines.Length, 1, "the section " + names[i] + " is missing: the file is cut short or damaged");
                return null;
            }
        }

        for (var i = 1; i < starts[0]; i++)
        {
            if (lines[i].Length > 0)
            {
                error = NotUnderstood(lines, i);
                return null;
            }
        }

        // Blank lines stay in, so that errors are told by the line of the file.
        var section = string.Join("\n", lines, starts[0] + 1, starts[1] - starts[0] - 1);
        var definition = DefinitionText.Read(section, starts[0] + 2, out error);
        var softmax = error is null && ReadOutput(lines, starts[2], starts[3], out error);
        var network = error is null ? ReadNetwork(lines, starts[1] + 1, starts[2], softmax, out error) : null;
        // Shapes within may have shrunk by pruning; what goes in and comes out is what the class was declared with.
        if (error is null && (network!.Input.Shape != definition!.InputShape || network.Output.Shape != definition.Output.OutputShape))
        {
            error = new TextError(starts[1] + 2, 1, "the quantized network takes " + network!.Input.Shape + " and gives " + network.Output.Shape
                + ", where " + definition!.InputShape + " and " + definition.Output.OutputShape + " are declared");
        }

        if (error is not null)
            return null;

        var entries = new List<ValidationEntry>();
        var samples = 0;
        long bytes = 0;
        var (sha256, facts) = ("", "");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = starts[3] + 1; i < lines.Length && error is null; i++)
        {
            if (lines[i].Length == 0 || i == starts[4])
                continue;
            var words = lines[i].Split(' ');
            var good = words.Length == 2 && seen.Add(words[0]);
            if (good && i < starts[4])
            {
                if (words[0] == "samples")
                    good = Numbers.TryInt(words[1], out samples) && samples >= 0;
                else if (good = TryAccuracy(words, out var accuracy))
                    entries.Add(new ValidationEntry(words[0], accuracy));
            }
            else if (good)
            {
                if (words[0] == "bytes")
                    good = Numbers.TryLong(words[1], out bytes) && bytes is > 0 and <= int.MaxValue;
                else if (words[0] == "sha256" && (good = IsSha256(words[1])))
                    sha256 = words[1];
                else if (good = words[0] == "facts" && IsSha256(words[1]))
                    facts = words[1];
            }

            if (!good)
                error = NotUnderstood(lines, i);
        }

        if (error is null && (bytes == 0 || sha256.Length == 0 || facts.Length == 0))
            error = new TextError(lines.Length, 1, "bytes and sha256 of the blob, or the facts' sha256, are missing");
        if (error is not null)
            return null;
        return new Manifest
        {
            Definition = definition!,
            DefinitionText = DefinitionText.Write(definition!),
            Network = network!,
            BlobBytes = bytes,
            BlobSha256 = sha256,
            FactsSha256 = facts,
            ValidationSamples = samples,
            Validation = entries,
        };
    }

    private static TextError NotUnderstood(string[] lines, int index) =>
        new(index + 1, 1, "'" + lines[index] + "' is not understood here");

    private static bool TryAccuracy(string[] words, out double accuracy)
    {
        accuracy = 0;
        return words[0] is "float" or "pruned" or "int8" && Numbers.TryDouble(words[1], out accuracy);
    }

    private static bool ReadOutput(string[] lines, int section, int end, out TextError? error)
    {
        error = null;
        bool? softmax = null;
        for (var i = section + 1; i < end; i++)
        {
            if (lines[i].Length == 0)
                continue;
            if (softmax is not null || lines[i] is not ("softmax true" or "softmax false"))
                error ??= NotUnderstood(lines, i);
            softmax = lines[i] == "softmax true";
        }

        if (softmax is null)
            error = new TextError(section + 2, 1, "expected 'softmax true' or 'softmax false'");
        return softmax is true;
    }

    private static IEnumerable<(string, string)> Values(QuantizedNode node)
    {
        if (node.Window is { } window)
        {
            foreach (var value in WindowText.Write(window, dilation: node.Op != QuantizedOp.AvgPool2d))
                yield return value;
        }

        switch (node.Op)
        {
            case QuantizedOp.Conv2d:
                yield return ("groups", Numbers.Text(node.Groups));
                break;
            case QuantizedOp.MaxPool2d:
                yield return ("ceil", Numbers.Text(node.CeilMode));
                break;
            case QuantizedOp.AvgPool2d:
                yield return ("ceil", Numbers.Text(node.CeilMode));
                yield return ("count_include_pad", Numbers.Text(node.CountIncludePad));
                yield return ("divisor", Numbers.Text(node.DivisorOverride));
                break;
        }

        if (ScalarFunctions.ParameterName(node.Op.ToString()) is { } slope)
            yield return (slope, Numbers.Text(node.Slope));
        if (node.Weight is { } weight)
        {
            if (weight.IsFloat)
                yield return ("weight_type", "float32");
            yield return ("weight", string.Join("x", weight.Dimensions));
            yield return ("nonzeros", Numbers.Text(weight.Nonzeros));
            if (weight.SparseSteps != 0)
                yield return ("sparse_steps", Numbers.Text(weight.SparseSteps));
            if (weight.SaturatingPairs is { } pairs)
                yield return ("saturating_pairs", Numbers.Text(pairs));
            if (weight.EmptyBlocks is { } empty)
                yield return ("empty_blocks", Numbers.Text(empty));
            if (!weight.IsFloat)
                yield return ("qscheme", weight.IsPerChannel ? "per_channel" : "per_tensor");
            if (weight.ZeroPoint != 0)
                yield return ("weight_zero_point", Numbers.Text(weight.ZeroPoint));
            yield return ("bias", Numbers.Text(weight.HasBias));
        }

        if (node.Op == QuantizedOp.DynamicLinear)
            yield return ("reduce_range", Numbers.Text(node.ReduceRange));
        if (node.Op is QuantizedOp.Linear or QuantizedOp.DynamicLinear or QuantizedOp.Conv2d or QuantizedOp.Add)
            yield return ("relu", Numbers.Text(node.Relu));
        if (node.Vector is { } vector)
            yield return ("vector", string.Join("x", vector));
        yield return ("format", node.Format == MemoryFormat.ChannelsLast ? "channels_last" : "contiguous");
        if (node.IsFloat)
        {
            yield return ("type", "float32");
            yield break;
        }

        yield return ("scale", Numbers.Text(node.Scale));
        yield return ("zero_point", Numbers.Text(node.ZeroPoint));
    }

    private static QuantizedNetwork? ReadNetwork(string[] lines, int first, int end, bool softmax, out TextError? error)
    {
        error = null;
        var nodes = new List<QuantizedNode>();
        var indices = new Dictionary<string, int>(StringComparer.Ordinal);
        var elements = 0L;
        var network = new QuantizedNetwork { Nodes = nodes, Softmax = softmax };
        for (var i = first; i < end && error is null; i++)
        {
            if (lines[i].Length == 0)
                continue;
            var line = TextLine.Parse(lines[i], i + 1, out error);
            if (line is null)
                break;
            var node = ReadNode(line, indices);
            if (node is not null)
            {
                nodes.Add(node);
                if (QuantizedRules.Check(network, nodes.Count - 1) is { } problem)
                    line.Fail(1, problem);
                elements += node.Shape.Elements;
                if (elements > Shape.MaxElements)
                    line.Fail(1, "the values of the network together are too large");
                indices.Add(line.Name, indices.Count);
            }

            error = line.Error;
        }

        if (error is null && nodes.Count < 2)
            error = new TextError(first, 1, "the quantized network has no operators");
        if (error is null && QuantizedRules.CheckMemory(network) is { } tooLarge)
            error = new TextError(first, 1, tooLarge);
        return error is null ? network : null;
    }

    private static QuantizedNode? ReadNode(TextLine line, Dictionary<string, int> indices)
    {
        if (!Enum.TryParse<QuantizedOp>(line.Op, out var op) || op.ToString() != line.Op)
            line.Fail(1, "there is no operator '" + line.Op + "'");
        if (indices.ContainsKey(line.Name))
            line.Fail(1, "the name is used twice");
        var inputs = new List<int>();
        foreach (var input in line.Inputs)
        {
            // The network's input has none.
            if ((op == QuantizedOp.Input || (op == QuantizedOp.Quantize && indices.Count == 0)) && input.Length == 0 && line.Inputs.Count == 1)
                continue;
            if (indices.TryGetValue(input, out var index))
                inputs.Add(index);
            else
                line.Fail(1, "its input '" + input + "' is not an operator above it");
        }

        if (line.Error is not null)
            return null;
        var format = line.Text("format");
        if (format is not ("channels_last" or "contiguous"))
            line.Fail(1, "format must be channels_last or contiguous");
        var pool = op is QuantizedOp.MaxPool2d or QuantizedOp.AvgPool2d;
        var weighted = op is QuantizedOp.Linear or QuantizedOp.DynamicLinear or QuantizedOp.Conv2d;
        var isFloat = line.Has("type");
        if (isFloat && line.Text("type") != "float32")
            line.Fail(1, "type must be float32, or left out");
        var node = new QuantizedNode
        {
            Name = line.Name,
            Op = op,
            Inputs = inputs,
            Shape = line.Shape,
            IsFloat = isFloat,
            Scale = isFloat ? 1 : line.Float("scale"),
            ZeroPoint = isFloat ? 0 : line.Int("zero_point"),
            Format = format == "channels_last" ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous,
            Relu = (weighted || op == QuantizedOp.Add) && line.Bool("relu"),
            ReduceRange = op == QuantizedOp.DynamicLinear && line.Bool("reduce_range"),
            Window = pool || op == QuantizedOp.Conv2d ? WindowText.Read(line, dilation: op != QuantizedOp.AvgPool2d) : null,
            Groups = op == QuantizedOp.Conv2d ? line.Int("groups") : 1,
            CeilMode = pool && line.Bool("ceil"),
            CountIncludePad = op != QuantizedOp.AvgPool2d || line.Bool("count_include_pad"),
            DivisorOverride = op == QuantizedOp.AvgPool2d ? line.Int("divisor") : 0,
            Slope = ScalarFunctions.ParameterName(line.Op) is { } slope ? line.Float(slope) : 0,
            Vector = op is QuantizedOp.Add or QuantizedOp.Concat && line.Has("vector")
                ? line.Ints("vector", 'x', op == QuantizedOp.Add ? 1 : inputs.Count)
                : null,
            Weight = weighted ? ReadWeight(line, op) : null,
        };
        return line.Finish() is null ? node : null;
    }

    private static WeightInfo ReadWeight(TextLine line, QuantizedOp op)
    {
        var isFloat = line.Has("weight_type");
        if (isFloat && line.Text("weight_type") != "float32")
            line.Fail(1, "weight_type must be float32, or left out");
        var scheme = isFloat ? "per_tensor" : line.Text("qscheme");
        if (scheme is not ("per_channel" or "per_tensor"))
            line.Fail(1, "qscheme must be per_channel or per_tensor");
        return new WeightInfo(line.Ints("weight", 'x', op == QuantizedOp.Conv2d ? 4 : 2), scheme == "per_channel",
            line.Has("weight_zero_point") ? line.Int("weight_zero_point") : 0, line.Bool("bias"), line.Int("nonzeros"))
        {
            IsFloat = isFloat,
            SparseSteps = line.Has("sparse_steps") ? line.Int("sparse_steps") : 0,
            SaturatingPairs = line.Has("saturating_pairs") ? line.Int("saturating_pairs") : null,
            EmptyBlocks = line.Has("empty_blocks") ? line.Int("empty_blocks") : null,
        };
    }

    private static bool IsSha256(string text)
    {
        foreach (var c in text)
        {
            if (c is not ((>= '0' and <= '9') or (>= 'a' and <= 'f')))
                return false;
        }

        return text.Length == 64;
    }
}
