using System;
using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Generator.Ops;
using CompileTime.Shared;

namespace CompileTime.Generator.Graph;

/// <summary>From either form of declaration to named layers in the order in which they run.</summary>
internal static class Wiring
{
    public static IReadOnlyList<DeclaredNode> Sequence(ModelDeclaration declaration) =>
        [.. declaration.Layers.Select((layer, i) => new DeclaredNode(Numbers.Text(i), layer, [i]))];

    public static IReadOnlyList<DeclaredNode> Graph(ModelDeclaration declaration, ForwardDeclaration forward, List<Problem> problems)
    {
        CheckUses(declaration, forward, problems);
        var methods = declaration.LayerMethods.ToDictionary(method => method.Name, StringComparer.Ordinal);
        var names = new HashSet<string>(methods.Keys, StringComparer.Ordinal) { NetworkDefinition.InputName };
        var nodes = new List<DeclaredNode>();

        // A call may be several layers, so the values of Forward and those of the nodes are numbered differently.
        var values = new List<int> { 0 };
        foreach (var call in forward.Calls)
        {
            IReadOnlyList<int> inputs = [.. call.Inputs.Select(input => values[input])];
            if (call.Function is { } function)
            {
                nodes.Add(new DeclaredNode(Unique(LayerOps.Find(function.Kind).FunctionName, names), function, inputs));
            }
            else
            {
                var method = methods[call.LayerMethod!];
                for (var i = 0; i < method.Layers.Count; i++)
                {
                    nodes.Add(new DeclaredNode(method.LayerName(i), method.Layers[i], inputs)
                    {
                        Prune = method.Prune, Quantize = method.Quantize,
                    });
                    inputs = [nodes.Count];
                }
            }

            values.Add(nodes.Count);
        }

        return nodes;
    }

    private static void CheckUses(ModelDeclaration declaration, ForwardDeclaration forward, List<Problem> problems)
    {
        if (forward.Result == 0)
            problems.Add(new Problem("CT1109", forward.ResultSite));

        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var call in forward.Calls)
        {
            if (call.LayerMethod is { } name && !used.Add(name))
                problems.Add(new Problem("CT1107", call.Site, name));
        }

        foreach (var method in declaration.LayerMethods)
        {
            if (!used.Contains(method.Name))
                problems.Add(new Problem("CT1106", method.Site, method.Name));
        }

        var isLive = Live(forward);
        for (var i = 0; i < forward.Calls.Count; i++)
        {
            var call = forward.Calls[i];
            if (!isLive[i + 1] && forward.Result != 0)
                problems.Add(new Problem("CT1108", call.Site, "'" + (call.LayerMethod ?? call.Function!.Kind) + "'"));
        }
    }

    // Calls only read values made before them, so one way back from the result finds all that it needs.
    private static bool[] Live(ForwardDeclaration forward)
    {
        var isLive = new bool[forward.Calls.Count + 1];
        isLive[forward.Result] = true;
        for (var i = forward.Calls.Count; i > 0; i--)
        {
            foreach (var input in forward.Calls[i - 1].Inputs)
                isLive[input] |= isLive[i];
        }

        return isLive;
    }

    private static string Unique(string name, HashSet<string> names)
    {
        var unique = name;
        for (var i = 1; !names.Add(unique); i++)
            unique = name + "_" + Numbers.Text(i);
        return unique;
    }
}
