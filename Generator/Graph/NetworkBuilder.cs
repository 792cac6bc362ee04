using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Generator.Manifests;
using CompileTime.Generator.Ops;
using CompileTime.Shared;

namespace CompileTime.Generator.Graph;

/// <summary>From a declaration whose form is right to a network with every size known.</summary>
internal static class NetworkBuilder
{
    /// <summary>Null when something is wrong; the problems say what. With a network the problems are warnings.</summary>
    public static NetworkDefinition? Build(ModelDeclaration declaration, List<Problem> problems)
    {
        var input = InputRules.Check(declaration, problems);
        PruneRules.CheckAmounts(declaration, problems);
        EnumRules.Check(declaration, problems);
        QuantizeRules.Check(declaration, problems);
        BudgetRules.CheckFigures(declaration, problems);
        var nodes = declaration.Forward is { } forward
            ? Wiring.Graph(declaration, forward, problems)
            : Wiring.Sequence(declaration);
        if (problems.Count > 0 || input is not { } inputShape)
            return null;

        var layers = Lower(nodes, inputShape, problems);
        if (layers.Contains(null))
            return null;
        var warnings = new List<Problem>();
        var rules = PruneRules.Apply(declaration, nodes, [.. layers.Select(layer => layer!)], inputShape, problems, warnings);
        if (problems.Count > 0)
            return null;
        problems.AddRange(warnings);
        IReadOnlyList<LayerDefinition> definitions = [.. layers.Select((layer, i) => layer!.ToDefinition(rules[i]) with
        {
            Quantize = QuantizeRules.Of(declaration, nodes[i]),
        })];
        FusedRules.Check(declaration, nodes, definitions, problems);
        if (problems.Any(problem => problem.Id == "CT2012"))
            return null;
        if (MemoryRules.CheckTotals(inputShape, definitions, declaration.Quantize?.ToRule()) is { } found)
        {
            layers[found.Layer]!.Context.TooLarge(found.What, "more than " + Numbers.Text(MemoryRules.Most) + " bytes", MemoryRules.Most, " bytes");
            return null;
        }

        return new NetworkDefinition
        {
            ModelName = declaration.FullName,
            InputShape = inputShape,
            InputScale = declaration.InputScale,
            InputOffset = declaration.InputOffset,
            Quantize = declaration.Quantize?.ToRule(),
            Layers = definitions,
        };
    }

    // A layer whose input could not be computed is left out: its shape would only be a second message about the first mistake.
    private static IReadOnlyList<LoweredLayer?> Lower(IReadOnlyList<DeclaredNode> nodes, Shape input, List<Problem> problems)
    {
        var values = new List<Value?> { new("the network's input", NetworkDefinition.InputName, input) };
        var layers = new List<LoweredLayer?>();
        foreach (var node in nodes)
        {
            var inputs = node.Inputs.Select(number => values[number]).ToList();
            var layer = inputs.Contains(null) ? null : LayerOps.Lower(node, [.. inputs.Select(value => value!)], problems);
            layers.Add(layer);
            values.Add(layer is null ? null : new Value(node.Label, node.Name, layer.OutputShape));
        }

        for (var i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].Call.Kind == "Softmax" && nodes.FirstOrDefault(node => node.Inputs.Contains(i + 1)) is { } reader)
                problems.Add(new Problem("CT1208", nodes[i].Call.Site, nodes[i].Label, reader.Label));
        }

        return layers;
    }
}
