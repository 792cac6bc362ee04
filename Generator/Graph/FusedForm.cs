using System;
using System.Collections.Generic;
using System.Linq;
using CompileTime.Shared;

namespace CompileTime.Generator.Graph;

/// <summary>One operator of the network as it is converted.</summary>
/// <param name="Layer">The layer it comes from, reading the results of other operators.</param>
/// <param name="Result">The layer that has its result: its own, or the ReLU that is part of it.</param>
/// <param name="IsFloat">Whether it is computed in float32.</param>
internal sealed record FusedOperator(LayerDefinition Layer, string Result, bool IsFloat);

/// <summary>
/// What conversion will make of the declared layers, as far as the declaration tells: pruning may take layers out that are whole here.
/// </summary>
internal sealed class FusedForm
{
    private readonly QuantizeRule _rule;

    /// <param name="layers">As declared.</param>
    /// <param name="rule">The network's quantization.</param>
    public FusedForm(IReadOnlyList<LayerDefinition> layers, QuantizeRule rule)
    {
        _rule = rule;
        var (kept, sources) = (new List<LayerDefinition>(), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var layer in layers)
        {
            if (layer.Kind == LayerKind.Dropout)
                sources.Add(layer.Name, Source(layer.Inputs[0]));
            else if (layer.Kind != LayerKind.Softmax)
                kept.Add(layer with { Inputs = [.. layer.Inputs.Select(Source)] });
        }

        var unfused = new LayerFusion(kept);
        foreach (var norm in kept.Where(layer => layer.Kind == LayerKind.BatchNorm))
        {
            if (unfused.HostOf(norm) is not { } host)
            {
                Unfoldable ??= (norm, [.. unfused.Readers(norm.Inputs[0]).Select(reader => reader.Name)]);
                continue;
            }

            Hosts.Add(norm.Name, host.Name);
            sources.Add(norm.Name, host.Name);
        }

        kept = [.. kept.Where(layer => !Hosts.ContainsKey(layer.Name))
            .Select(layer => layer with { Inputs = [.. layer.Inputs.Select(Source)] })];
        var fusion = new LayerFusion(kept);
        var results = new List<(LayerDefinition Layer, string Result)>();
        foreach (var layer in kept.Where(layer => !Hosts.ContainsKey(layer.Name)))
        {
            var relu = fusion.ReLUOf(layer);
            if (relu is not null)
                Hosts.Add(relu.Name, layer.Name);
            results.Add((layer, relu?.Name ?? layer.Name));
        }

        var floats = ValueTypes.Floats(results, rule);
        Operators = [.. results.Select(pair => new FusedOperator(pair.Layer, pair.Result, floats.Contains(pair.Result)))];

        string Source(string name) => sources.TryGetValue(name, out var source) ? source : name;
    }

    /// <summary>In order; the last one is the output.</summary>
    public IReadOnlyList<FusedOperator> Operators { get; }

    /// <summary>The layers that become part of another, and that one.</summary>
    public Dictionary<string, string> Hosts { get; } = new(StringComparer.Ordinal);

    /// <summary>The first BatchNorm that cannot be folded, and who reads what it reads; null when there is none.</summary>
    public (LayerDefinition Norm, IReadOnlyList<string> Readers)? Unfoldable { get; }

    /// <summary>By the layer, or by the network where it says nothing.</summary>
    public QuantizeRule RuleOf(LayerDefinition layer) => layer.Quantize ?? _rule;

    /// <summary>The operators that read a value: a result, or the network's input.</summary>
    public IEnumerable<FusedOperator> Readers(string value) => Operators.Where(reader => reader.Layer.Inputs.Contains(value));
}
