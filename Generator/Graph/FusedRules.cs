using System;
using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Shared;

namespace CompileTime.Generator.Graph;

/// <summary>What can only be said of [Quantize] when it is known which layers become part of others.</summary>
internal sealed class FusedRules
{
    private readonly ModelDeclaration _declaration;
    private readonly Dictionary<string, DeclaredNode> _nodes;
    private readonly FusedForm _form;

    private FusedRules(ModelDeclaration declaration, IReadOnlyList<DeclaredNode> nodes, FusedForm form)
    {
        _declaration = declaration;
        _nodes = nodes.ToDictionary(node => node.Name, StringComparer.Ordinal);
        _form = form;
    }

    public static void Check(
        ModelDeclaration declaration, IReadOnlyList<DeclaredNode> nodes, IReadOnlyList<LayerDefinition> layers, List<Problem> problems)
    {
        if (declaration.Quantize is not { } quantize)
            return;
        var rules = new FusedRules(declaration, nodes, new FusedForm(layers, quantize.ToRule()));
        if (rules.Unfoldable() is { } unfoldable)
            problems.Add(unfoldable);
        else
            problems.AddRange(rules.Swallowed().Concat(rules.Disagreeing()).Concat(rules.Islands()));
    }

    // Conversion would refuse it, after all the training.
    private Problem? Unfoldable()
    {
        if (_form.Unfoldable is not { } found)
            return null;
        var (norm, readers) = found;
        var before = norm.Inputs[0];
        var hasWeight = _nodes.TryGetValue(before, out var node) && Ops.LayerOps.Find(node.Call.Kind).HasWeight;
        var reason = hasWeight
            ? Label(readers.First(reader => reader != norm.Name)) + " reads what " + Label(before) + " gives as well"
            : "it follows " + Label(before) + ", which has no weights";
        return new Problem("CT2012", _nodes[norm.Name].Call.Site, Label(norm.Name), reason);
    }

    // The rule of layers that are computed as part of another method's layer, by whose rule they are.
    private IEnumerable<Problem> Swallowed()
    {
        foreach (var method in _declaration.LayerMethods)
        {
            if (method.Quantize is not { } quantize)
                continue;
            var names = method.Layers.Select((layer, i) => (layer.Kind, Name: method.LayerName(i)))
                .Where(layer => layer.Kind is not ("Flatten" or "Dropout" or "Softmax")).Select(layer => layer.Name).ToList();
            var own = quantize.ToRule();
            foreach (var swallowed in names.Where(_form.Hosts.ContainsKey).GroupBy(name => _form.Hosts[name])
                .Where(group => !own.Equals(RuleOf(group.Key))))
            {
                var layers = swallowed.ToList();
                var isAll = layers.Count == names.Count;
                yield return new Problem("CT2013", quantize.Site, method.Name, string.Join(" and ", layers.Select(Label)),
                    layers.Count == 1 ? "becomes" : "become", Label(swallowed.Key),
                    isAll ? "put it on that layer, or remove it" : "move what becomes part of it to its method",
                    isAll ? "" : " on some of its layers");
            }
        }
    }

    private IEnumerable<Problem> Disagreeing()
    {
        foreach (var reader in _form.Operators.Where(reader => !reader.IsFloat && ValueTypes.HasOwnScale(reader.Layer.Kind)))
        {
            var rule = _form.RuleOf(reader.Layer);
            foreach (var origin in reader.Layer.Inputs.Select(Origin))
            {
                var source = _form.Operators.FirstOrDefault(candidate => candidate.Result == origin);
                if (source is { IsFloat: false })
                {
                    var theirs = _form.RuleOf(source.Layer);
                    if (reader.Layer.HasWeight && ValueTypes.HasOwnScale(source.Layer.Kind) && ReducesRange(rule) && !ReducesRange(theirs))
                    {
                        yield return Disagreement(reader, origin, source,
                            "its values span 0..255, and a slower kernel must run that is exact for them");
                    }
                }
                else if ((source is not null || !ValueTypes.IsStatic(_declaration.Quantize!.ToRule()))
                    && _form.Readers(origin).FirstOrDefault(other => !other.IsFloat) is { } first
                    && !SameScale(rule, _form.RuleOf(first.Layer)))
                {
                    yield return Disagreement(reader, origin, first,
                        "a value has one scale for all that read it, and " + Label(first.Layer.Name) + " is the first");
                }
            }
        }
    }

    // Where only one of the two has a rule of its own, the class's would be one for both.
    private Problem Disagreement(FusedOperator reader, string origin, FusedOperator other, string reason)
    {
        var (own, theirs) = (OwnRule(reader.Layer), OwnRule(other.Layer));
        return new Problem("CT2014", (own ?? theirs ?? _declaration.Quantize!).Site, Label(reader.Layer.Name),
            Text(_form.RuleOf(reader.Layer)), Label(origin), Text(_form.RuleOf(other.Layer)), reason,
            own is null != theirs is null ? "Quantize" : "");
    }

    private QuantizeCall? OwnRule(LayerDefinition layer) => layer.Quantize is null ? null : _nodes[layer.Name].Quantize;

    // Where nothing has weights, and nothing is rounded less often than in int8, float32 saves nothing between int8 layers.
    private IEnumerable<Problem> Islands()
    {
        var seen = new HashSet<FusedOperator>();
        foreach (var start in _form.Operators.Where(layer => layer.IsFloat))
        {
            if (seen.Contains(start))
                continue;
            var island = Connected(start);
            seen.UnionWith(island);
            var roundings = island.Sum(layer => Roundings(layer.Layer.Kind));
            var isInside = !island.Contains(_form.Operators[_form.Operators.Count - 1])
                && !island.Any(layer => layer.Layer.Inputs.Contains(NetworkDefinition.InputName));
            if (isInside && roundings <= 1
                && island.Select(layer => _nodes[layer.Layer.Name].Quantize)
                    .FirstOrDefault(own => own is { IsFloat: true }) is { } quantize)
            {
                yield return new Problem("CT2015", quantize.Site, string.Join(" and ", island.Select(layer => Label(layer.Layer.Name))),
                    island.Count == 1 ? "reads" : "read");
            }
        }
    }

    private List<FusedOperator> Connected(FusedOperator start)
    {
        var island = new HashSet<string>(StringComparer.Ordinal) { start.Result };
        for (var size = 0; size < island.Count;)
        {
            size = island.Count;
            foreach (var layer in _form.Operators.Where(layer => layer.IsFloat))
            {
                if (island.Contains(layer.Result))
                {
                    island.UnionWith(layer.Layer.Inputs.Where(
                        input => _form.Operators.Any(other => other.IsFloat && other.Result == input)));
                }
                else if (layer.Layer.Inputs.Any(island.Contains))
                    island.Add(layer.Result);
            }
        }

        return [.. _form.Operators.Where(layer => island.Contains(layer.Result))];
    }

    // In int8 an Add is computed in float32 and rounded once, and a function is a table of such values. What averages, and functions whose
    // scale is fixed, may get a finer scale as float values; weights are rounded themselves.
    private static int Roundings(LayerKind kind) => kind switch
    {
        LayerKind.MaxPool2d or LayerKind.ReLU or LayerKind.ReLU6 or LayerKind.Flatten => 0,
        LayerKind.Add or LayerKind.Concat => 1,
        _ => ScalarFunctions.Has(kind) && ValueTypes.HasOwnScale(kind) ? 1 : 2,
    };

    /// <summary>The value whose scale this one has.</summary>
    private string Origin(string value)
    {
        while (_form.Operators.FirstOrDefault(candidate => candidate.Result == value) is { IsFloat: false } source
            && ValueTypes.KeepsScale(source.Layer.Kind))
            value = source.Layer.Inputs[0];
        return value;
    }

    private QuantizeRule RuleOf(string layer) => _form.RuleOf(_form.Operators.First(candidate => candidate.Layer.Name == layer).Layer);

    private static bool ReducesRange(QuantizeRule rule) => rule.Backend is "Fbgemm" or "X86";

    private static bool SameScale(QuantizeRule one, QuantizeRule other) => one.Backend == other.Backend
        && one.Activation == other.Activation && (one.Activation != "Percentile" || one.Percentile.Equals(other.Percentile));

    private static string Text(QuantizeRule rule) => "Backend." + rule.Backend
        + (rule.Activation == QuantizeRule.Default ? "" : " with Observer." + rule.Activation);

    private string Label(string name) => _nodes.TryGetValue(name, out var node) ? node.Label : "the network's input";
}
