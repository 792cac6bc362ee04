using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Quantization;

/// <summary>
/// torch.ao.quantization.prepare_qat for a fused network: the declared layers, where weighted ones compute with rounded weights (scaled by
/// the batch normalization that follows), and every value is rounded that will be quantized: results of quantized layers for all who read
/// them, the input and float results for those who read them quantized. All parameters are those of the float network.
/// </summary>
internal sealed class QatBuilder
{
    private readonly FloatNetwork _network;
    private readonly QatModules _modules;
    private readonly Placement _placement;
    private readonly LayerChain _chain;
    private readonly Dictionary<string, LayerDefinition> _norms = new(StringComparer.Ordinal);

    // By the names of the declared layers that they begin and end with.
    private readonly Dictionary<string, FusedLayer> _begin;
    private readonly Dictionary<string, FusedLayer> _end;
    private readonly Dictionary<string, FusedLayer> _byResult;
    private readonly Dictionary<string, QuantizeRule> _observed;
    private readonly IReadOnlySet<string> _skipped;
    private readonly HashSet<string> _converted = new(StringComparer.Ordinal);

    /// <param name="network">Whose parameters are trained.</param>
    /// <param name="fused">The same network, as it will be quantized.</param>
    /// <param name="placement">What of it will be quantized.</param>
    /// <param name="modules">What rounds.</param>
    /// <param name="skipped">Layers that are the identity.</param>
    public QatBuilder(
        FloatNetwork network, FusedNetwork fused, Placement placement, QatModules modules, IReadOnlySet<string> skipped)
    {
        (_network, _placement, _modules, _skipped) = (network, placement, modules, skipped);
        _chain = new LayerChain(network.Definition);
        FindNorms();
        _begin = fused.Layers.ToDictionary(layer => layer.Layer.Name, StringComparer.Ordinal);
        _end = fused.Layers.ToDictionary(End, StringComparer.Ordinal);
        _byResult = fused.Layers.ToDictionary(layer => layer.Result, StringComparer.Ordinal);
        _observed = placement.Observed().ToDictionary(pair => pair.Value, pair => pair.Rule, StringComparer.Ordinal);
    }

    /// <summary>By the names that the fused network has for its input and results.</summary>
    public Dictionary<string, FakeQuantizeLayer> Activations { get; } = new(StringComparer.Ordinal);

    /// <summary>By layer.</summary>
    public Dictionary<string, QatWeight> Weights { get; } = new(StringComparer.Ordinal);

    public List<BatchNorm> Norms { get; } = [];

    public LayerChain Run(int seed)
    {
        for (var i = 0; i < _network.Definition.Layers.Count; i++)
        {
            var layer = _network.Definition.Layers[i];
            if (_skipped.Contains(layer.Name))
                layer = Identity(layer.Inputs[0], layer.Name, layer.OutputShape);
            var fused = _begin.GetValueOrDefault(layer.Name);
            if (fused is not null)
                layer = layer with { Inputs = [.. layer.Inputs.Zip(fused.Layer.Inputs, (name, value) => Read(fused, name, value))] };
            if (fused is not null && _placement.HasInt8Weights(fused))
                AddWeighted(layer, i);
            else
                Share(_chain.Add(layer, i, seed, LayerTable.Create));
            if (_chain.Layers[^1] is BatchNorm norm)
                Norms.Add(norm);
            if (_end.GetValueOrDefault(layer.Name) is { } ended && !_placement.IsFloat(ended))
                RoundResult(layer, ended);
        }

        return _chain;
    }

    /// <summary>The name under which a layer finds a value in the form it reads.</summary>
    /// <param name="reader">The layer.</param>
    /// <param name="name">The value's name in the declared network.</param>
    /// <param name="value">The value's name in the fused network.</param>
    private string Read(FusedLayer reader, string name, string value)
    {
        if (_placement.IsDynamic(reader))
        {
            var isReduced = _placement.RuleOf(reader.Layer).Backend is nameof(Backend.Fbgemm) or nameof(Backend.X86);
            return Convert(name, isReduced ? ".dynamic127" : ".dynamic255", definition =>
                _chain.Add(definition, 0, 0, context => new DynamicFakeQuantizeLayer(context, isReduced)));
        }

        var isFloatValue = !_byResult.TryGetValue(value, out var source) || _placement.IsFloat(source);
        return _placement.IsFloat(reader) || !isFloatValue ? name : Convert(name, ".quantize", definition =>
            Round(definition, value, Activations.TryGetValue(value, out var known) ? known.Module : _modules.Value(_observed[value])));
    }

    /// <summary>Another form of a value, made when it is first asked for.</summary>
    private string Convert(string name, string form, Action<LayerDefinition> add)
    {
        if (_converted.Add(name + form))
            add(Identity(name, name + form, _chain.ShapeOf(name)));
        return name + form;
    }

    private void RoundResult(LayerDefinition layer, FusedLayer fused)
    {
        if (_observed.TryGetValue(fused.Result, out var rule))
            Round(Identity(layer.Name, layer.Name, layer.OutputShape), fused.Result, _modules.Value(rule));
        else if (ScalarFunctions.FixedQParams(fused.Layer.Kind) is { } known)
            Round(Identity(layer.Name, layer.Name, layer.OutputShape), fused.Result, QatModules.Fixed(known.Scale, known.ZeroPoint));
    }

    private void Round(LayerDefinition definition, string value, FakeQuantize module) =>
        Activations.TryAdd(value, _chain.Add(definition, 0, 0, context => new FakeQuantizeLayer(context, module)));

    // A Flatten of what is flat already would be the layer that changes nothing: there is no kind of its own.
    private static LayerDefinition Identity(string input, string name, Shape shape) =>
        new() { Name = name, Kind = LayerKind.Flatten, Inputs = [input], InputShape = shape, OutputShape = shape };

    private void AddWeighted(LayerDefinition layer, int index)
    {
        var norm = _norms.GetValueOrDefault(layer.Name);
        var made = _chain.Add(layer with { Bias = layer.Bias && norm is null }, index, seed: 0, LayerTable.Create);
        var weight = _network[layer.Name + ".weight"];
        QatWeight.FoldedNorm? folded = null;
        if (norm is null)
        {
            Share(made, except: weight.Name);
        }
        else
        {
            var undo = _chain.Add(layer with { Inputs = [layer.Name], InputShape = layer.OutputShape }, index, seed: 0,
                context => new UndoScale(context, layer.Bias));
            Share(undo, except: undo.Factor.Name);
            folded = new(_network[norm.Name + ".weight"], _network[norm.Name + ".running_var"], norm.Epsilon, undo.Factor);
        }

        var module = _modules.Weight(_placement.RuleOf(layer), weight.Shape[0]);
        Weights.Add(layer.Name, new QatWeight(weight, made.Parameters[0], folded, module));
    }

    private void Share(Layer layer, string? except = null)
    {
        foreach (var parameter in layer.Parameters.Where(parameter => parameter.Name != except))
            parameter.Share(_network[parameter.Name]);
    }

    // After its batch normalization or ReLU.
    private string End(FusedLayer layer) => layer.Relu ? layer.Result : _norms.GetValueOrDefault(layer.Layer.Name)?.Name ?? layer.Result;

    // Fusion has seen to it that every normalization follows a weight, with nothing but dropout between. What does not reach the output
    // is none of its business, and stays float.
    private void FindNorms()
    {
        var byName = _network.Definition.Layers.ToDictionary(layer => layer.Name, StringComparer.Ordinal);
        var needed = new HashSet<string>(StringComparer.Ordinal) { _network.Definition.Output.Name };
        foreach (var layer in _network.Definition.Layers.Reverse().Where(layer => needed.Contains(layer.Name)))
        {
            needed.UnionWith(layer.Inputs);
            if (layer.Kind != LayerKind.BatchNorm || _skipped.Contains(layer.Name))
                continue;
            var source = byName[layer.Inputs[0]];
            while (source.Kind == LayerKind.Dropout)
                source = byName[source.Inputs[0]];
            _norms.Add(source.Name, layer);
        }
    }
}
