using CompileTime.Shared;

namespace CompileTime.Training;

/// <summary>The layers of a network as they are put together: each reads values that were made before.</summary>
internal sealed class LayerChain
{
    private readonly List<Layer> _layers = [];
    private readonly Dictionary<string, Activation> _values = new(StringComparer.Ordinal);

    public LayerChain(NetworkDefinition definition, bool inputGradient = false)
    {
        Definition = definition;
        Input = new Activation(NetworkDefinition.InputName, definition.InputShape) { NeedsGradient = inputGradient };
        _values.Add(Input.Name, Input);
    }

    public NetworkDefinition Definition { get; }

    public Activation Input { get; }

    public IReadOnlyList<Layer> Layers => _layers;

    /// <summary>The shape of a value by its name.</summary>
    public Shape ShapeOf(string name) => _values[name].Shape;

    /// <summary>The declared layers, one by one.</summary>
    public static LayerChain Of(NetworkDefinition definition, int seed, bool inputGradient)
    {
        var chain = new LayerChain(definition, inputGradient);
        for (var i = 0; i < definition.Layers.Count; i++)
            chain.Add(definition.Layers[i], i, seed, LayerTable.Create);
        return chain;
    }

    /// <summary>
    /// Appends a layer that reads what its definition says. Its result takes the layer's name: whoever reads that name from now on reads
    /// it.
    /// </summary>
    /// <param name="layer">The definition.</param>
    /// <param name="index">The layer's place in the declared network, for random numbers.</param>
    /// <param name="seed">For initial weights and dropout.</param>
    /// <param name="create">Makes the layer.</param>
    public TLayer Add<TLayer>(LayerDefinition layer, int index, int seed, Func<LayerContext, TLayer> create)
        where TLayer : Layer
    {
        var inputs = layer.Inputs.Select(name => _values[name]).ToArray();
        var output = new Activation(layer.Name, layer.OutputShape);
        var created = create(new LayerContext(layer, index, seed, inputs, output));
        output.NeedsGradient = created.Parameters.Count > 0 || inputs.Any(input => input.NeedsGradient);
        _values[layer.Name] = output;
        _layers.Add(created);
        return created;
    }
}
