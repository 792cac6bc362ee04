using CompileTime.Shared;
using CompileTime.Training;

namespace CompileTime.Quantization;

/// <summary>
/// torch.ao.quantization.prepare_qat for a fused network: the declared layers, where weighted ones compute with rounded weights (scaled by
/// the batch normalization that follows), and the input and every result with a scale of its own are rounded. All parameters are those of
/// the float network.
/// </summary>
internal sealed class QatBuilder
{
    private readonly FloatNetwork _network;
    private readonly QatModules _modules;
    private readonly LayerChain _chain;
    private readonly Dictionary<string, LayerDefinition> _norms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FusedLayer> _fused;

    // Declared layers whose values are rounded.
    private readonly Dictionary<string, FusedLayer> _rounded;

    /// <param name="network">Whose parameters are trained.</param>
    /// <param name="fused">The same network, as it will be quantized.</param>
    /// <param name="modules">What rounds.</param>
    public QatBuilder(FloatNetwork network, FusedNetwork fused, QatModules modules)
    {
        (_network, _modules) = (network, modules);
        _chain = new LayerChain(network.Definition);
        _fused = fused.Layers.ToDictionary(layer => layer.Layer.Name, StringComparer.Ordinal);
        foreach (var layer in fused.Layers)
            modules.Check(layer.Layer);
        FindNorms();
        _rounded = fused.Layers.Where(layer => Calibration.HasOwnScale(layer.Layer.Kind) || ScalarFunctions.FixedQParams(layer.Layer.Kind) is not null)
            .ToDictionary(Result, StringComparer.Ordinal);
    }

    /// <summary>By the names that the fused network has for its input and results.</summary>
    public Dictionary<string, FakeQuantizeLayer> Activations { get; } = new(StringComparer.Ordinal);

    /// <summary>By layer.</summary>
    public Dictionary<string, QatWeight> Weights { get; } = new(StringComparer.Ordinal);

    public List<BatchNorm> Norms { get; } = [];

    public LayerChain Run(int seed)
    {
        var definition = _network.Definition;
        Activations.Add(NetworkDefinition.InputName, Round(NetworkDefinition.InputName, definition.InputShape, _modules.Activation(null)));
        for (var i = 0; i < definition.Layers.Count; i++)
        {
            var layer = definition.Layers[i];
            if (_fused.ContainsKey(layer.Name) && layer.HasWeight)
                AddWeighted(layer, i);
            else
                Share(_chain.Add(layer, i, seed, LayerTable.Create));
            if (_chain.Layers[^1] is BatchNorm norm)
                Norms.Add(norm);
            if (_rounded.TryGetValue(layer.Name, out var rounded))
                Activations.Add(rounded.Result, Round(layer.Name, layer.OutputShape, _modules.Activation(rounded.Layer)));
        }

        return _chain;
    }

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

        Weights.Add(layer.Name, new QatWeight(weight, made.Parameters[0], folded, _modules.Weight(layer)));
    }

    private FakeQuantizeLayer Round(string name, Shape shape, FakeQuantize module)
    {
        // A Flatten of what is flat already would be the layer that changes nothing: there is no kind of its own.
        var definition = new LayerDefinition
        {
            Name = name, Kind = LayerKind.Flatten, Inputs = [name], InputShape = shape, OutputShape = shape,
        };
        return _chain.Add(definition, 0, 0, context => new FakeQuantizeLayer(context, module));
    }

    private void Share(Layer layer, string? except = null)
    {
        foreach (var parameter in layer.Parameters.Where(parameter => parameter.Name != except))
            parameter.Share(_network[parameter.Name]);
    }

    // Where a layer's value stands in the declared network: after its batch normalization or ReLU.
    private string Result(FusedLayer layer) => layer.Relu ? layer.Result : _norms.GetValueOrDefault(layer.Layer.Name)?.Name ?? layer.Result;

    // Fusion has seen to it that every normalization follows a weight, with nothing but dropout between. What does not reach the output
    // is none of its business, and stays float.
    private void FindNorms()
    {
        var byName = _network.Definition.Layers.ToDictionary(layer => layer.Name, StringComparer.Ordinal);
        var needed = new HashSet<string>(StringComparer.Ordinal) { _network.Definition.Output.Name };
        foreach (var layer in _network.Definition.Layers.Reverse().Where(layer => needed.Contains(layer.Name)))
        {
            needed.UnionWith(layer.Inputs);
            if (layer.Kind != LayerKind.BatchNorm)
                continue;
            var source = byName[layer.Inputs[0]];
            while (source.Kind == LayerKind.Dropout)
                source = byName[source.Inputs[0]];
            _norms.Add(source.Name, layer);
        }
    }
}
