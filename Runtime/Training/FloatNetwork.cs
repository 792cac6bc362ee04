using CompileTime.Shared;

namespace CompileTime.Training;

/// <summary>
/// A declared network in float32: parameters, forward and backward over batches, NCHW. Works on four fixed slices of the batch, on
/// as many threads as are free; the same seed and inputs give the same bits however the threads are scheduled. Not for concurrent use.
/// </summary>
internal class FloatNetwork : ISliceWork
{
    private readonly SliceRunner _runner = new();
    private readonly Layer[] _layers;
    private readonly Activation _input;
    private readonly Dictionary<string, Parameter> _byName = new(StringComparer.Ordinal);
    private readonly List<Parameter> _parameters = [];
    private readonly bool[] _reachesOutput;

    // What is skipped while a weight is zero.
    private readonly List<(Parameter Weight, Layer[] Layers)> _skippable = [];

    // The layers' phases in order of execution.
    private readonly List<(Layer Layer, int Phase)> _program = [];
    private Pass _pass;
    private int _batch;
    private int _from;
    private int _to;

    /// <param name="definition">What to build.</param>
    /// <param name="seed">Decides the initial weights and dropout.</param>
    /// <param name="inputGradient">Whether the gradient of the network's own input is computed too.</param>
    public FloatNetwork(NetworkDefinition definition, int seed, bool inputGradient = false)
        : this(LayerChain.Of(definition, seed, inputGradient))
    {
        foreach (var layer in SkippedLayers.Possible(definition))
            _skippable.Add((_layers[layer.Index].Parameters[0], [.. layer.Layers.Select(index => _layers[index])]));
    }

    /// <summary>Of layers that are ready.</summary>
    protected FloatNetwork(LayerChain chain)
    {
        Definition = chain.Definition;
        _input = chain.Input;
        _layers = [.. chain.Layers];
        _parameters.AddRange(_layers.SelectMany(layer => layer.Parameters));
        foreach (var parameter in _parameters)
            _byName.Add(parameter.Name, parameter);
        Trained = _parameters.Where(parameter => !parameter.IsBuffer).ToArray();
        _reachesOutput = FindReachable();
        SetAccumulation();
    }

    private enum Pass
    {
        Forward,
        Backward,
        Reduce,
    }

    public NetworkDefinition Definition { get; }

    /// <summary>In order of execution.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <summary>Parameters and buffers in the order of the layers.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>Those that an optimizer changes.</summary>
    public IReadOnlyList<Parameter> Trained { get; }

    public Parameter this[string name] => _byName.TryGetValue(name, out var parameter)
        ? parameter
        : throw new ArgumentException($"{Definition.ModelName} has no parameter '{name}'; it has {string.Join(", ", _byName.Keys)}.",
            nameof(name));

    /// <summary>The names of the layers that have been pruned to the identity.</summary>
    public virtual IReadOnlySet<string> Skipped => SkippedLayers.Of(Definition, name => this[name].Value);

    /// <summary>The seed of dropout from now on; weights are not touched.</summary>
    public int Seed
    {
        set
        {
            foreach (var layer in _layers)
                layer.Seed = value;
        }
    }

    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>The last layer's value for the batch of the last pass.</summary>
    public Activation Output => _layers[^1].Output;

    /// <summary>What cross-entropy is taken from: the value before a final Softmax, or the output.</summary>
    public Activation Logits => _layers[^1] is Softmax softmax ? softmax.Input : Output;

    public Activation Input => _input;

    /// <summary>The network's output for a batch, in eval mode: running statistics, no dropout.</summary>
    /// <param name="inputs">Sample after sample, each CHW.</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="observe">Called for each layer in order with its definition and its output for the whole batch.</param>
    /// <returns>Sample after sample; valid until the next call.</returns>
    public ReadOnlySpan<float> Forward(ReadOnlySpan<float> inputs, int batch, Action<LayerDefinition, ReadOnlySpan<float>>? observe = null)
    {
        if (batch < 0 || inputs.Length != (long)batch * _input.Elements)
            throw new ArgumentException(
                $"{Definition.ModelName} takes {_input.Elements} values per sample ({Definition.InputShape}): {batch} samples are " +
                $"{(long)batch * _input.Elements} values, but {inputs.Length} were given.", nameof(inputs));
        Reserve(batch, training: false);
        inputs.CopyTo(_input.Data);
        return Forward(batch, observe);
    }

    /// <summary>As the other overload, on what was written to <see cref="Input"/> after <see cref="Reserve"/>.</summary>
    public virtual ReadOnlySpan<float> Forward(int batch, Action<LayerDefinition, ReadOnlySpan<float>>? observe = null)
    {
        _program.Clear();
        FindSkipped();
        foreach (var layer in _layers)
        {
            layer.Training = false;
            _program.Add((layer, 0));
        }

        Execute(Pass.Forward, batch);
        foreach (var layer in _layers)
            observe?.Invoke(layer.Definition, layer.Output.Data.AsSpan(0, batch * layer.Output.Elements));
        return Output.Data.AsSpan(0, batch * Output.Elements);
    }

    /// <summary>A value of the last pass by its layer's name, or the input; after <see cref="Reserve"/> it may be written to.</summary>
    public Activation Value(string name) => name == _input.Name ? _input : _layers.First(layer => layer.Definition.Name == name).Output;

    /// <summary>One layer alone, in eval mode, on what the values that it reads hold.</summary>
    public void ForwardLayer(string name, int batch)
    {
        var layer = _layers.First(layer => layer.Definition.Name == name);
        layer.Training = false;
        FindSkipped();
        _program.Clear();
        _program.Add((layer, 0));
        Execute(Pass.Forward, batch);
    }

    /// <summary>
    /// The network's output for a batch, in eval mode, one layer after the other: what <paramref name="change"/> does to a value is what
    /// those who read it see.
    /// </summary>
    /// <param name="inputs">Sample after sample, each CHW.</param>
    /// <param name="batch">Number of samples.</param>
    /// <param name="change">Called for the input (by its name) and for each layer's output as soon as it is there.</param>
    public ReadOnlySpan<float> ForwardEach(ReadOnlySpan<float> inputs, int batch, Action<string, Span<float>> change)
    {
        Reserve(batch, training: false);
        inputs.CopyTo(_input.Data);
        change(_input.Name, _input.Data.AsSpan(0, inputs.Length));
        FindSkipped();
        foreach (var layer in _layers)
        {
            layer.Training = false;
            _program.Clear();
            _program.Add((layer, 0));
            Execute(Pass.Forward, batch);
            change(layer.Definition.Name, layer.Output.Data.AsSpan(0, batch * layer.Output.Elements));
        }

        return Output.Data.AsSpan(0, batch * Output.Elements);
    }

    /// <summary>
    /// Forward in training mode up to <paramref name="target"/> (<see cref="Output"/> or <see cref="Logits"/>), on what was written to
    /// <see cref="Input"/> after <see cref="Reserve"/>.
    /// </summary>
    /// <param name="batch">Number of samples.</param>
    /// <param name="step">Number of the step; dropout depends on it.</param>
    /// <param name="target">Where the loss is taken.</param>
    public virtual void ForwardTraining(int batch, long step, Activation target)
    {
        _program.Clear();
        FindSkipped();
        foreach (var layer in _layers)
        {
            layer.Training = true;
            layer.Step = step;
            if (!layer.IsSkipped)
                (layer as BatchNorm)?.SetBatch(batch);
            for (var phase = 0; phase < (layer.IsSkipped ? 1 : layer.TrainingPhases); phase++)
                _program.Add((layer, phase));
            if (layer.Output == target)
                break;
        }

        Execute(Pass.Forward, batch);
    }

    /// <summary>From the gradient in <paramref name="target"/> to every parameter's <see cref="Parameter.Gradient"/>.</summary>
    public virtual void Backward(int batch, Activation target)
    {
        _program.Clear();
        var started = false;
        for (var i = _layers.Length - 1; i >= 0; i--)
        {
            started |= _layers[i].Output == target;
            var takesPart = started && _reachesOutput[i] && _layers[i].Output.NeedsGradient;
            var phases = _layers[i].IsSkipped ? 1 : _layers[i].BackwardPhases;
            for (var phase = 0; takesPart && phase < phases; phase++)
                _program.Add((_layers[i], phase));
        }

        Execute(Pass.Backward, batch);
        _pass = Pass.Reduce;
        _runner.Run(this);
    }

    /// <summary>Makes room for a batch; keeps the memory of larger ones.</summary>
    public void Reserve(int batch, bool training)
    {
        _input.Reserve(batch, training);
        foreach (var layer in _layers)
        {
            layer.Output.Reserve(batch, training);
            layer.Reserve(batch, training);
        }
    }

    void ISliceWork.Run(int slice)
    {
        if (_pass == Pass.Reduce)
        {
            for (var i = 0; i < _layers.Length; i++)
            {
                if (_reachesOutput[i])
                    _layers[i].ReduceGradients(slice);
            }

            return;
        }

        var part = Slice.Of(slice, _batch);
        for (var i = _from; i < _to; i++)
        {
            var (layer, phase) = _program[i];
            switch (_pass, layer.IsSkipped)
            {
                case (Pass.Forward, false):
                    layer.Forward(part, phase);
                    break;
                case (Pass.Forward, true):
                    layer.Pass(part);
                    break;
                case (_, false):
                    layer.Backward(part, phase);
                    break;
                default:
                    layer.PassBack(part);
                    break;
            }
        }
    }

    // Slices run on their own as far as they can: until a phase that needs what all slices did before.
    private void Execute(Pass pass, int batch)
    {
        _pass = pass;
        _batch = batch;
        for (_from = 0; _from < _program.Count; _from = _to)
        {
            _to = _from + 1;
            while (_to < _program.Count && _program[_to].Phase == 0)
                _to++;
            if (batch == 1)
                RunAlone();
            else
                _runner.Run(this);
        }
    }

    // A single sample is the work of one slice: to call another thread for it would cost time and gain none.
    private void RunAlone()
    {
        for (var slice = 0; slice < Slice.Count; slice++)
            ((ISliceWork)this).Run(slice);
    }

    // Weights may have changed since the pass before.
    private void FindSkipped()
    {
        foreach (var (weight, layers) in _skippable)
        {
            foreach (var layer in layers)
                layer.IsSkipped = SkippedLayers.IsEmpty(weight.Value);
        }
    }

    private bool[] FindReachable()
    {
        var reaches = new bool[_layers.Length];
        reaches[^1] = true;
        for (var i = _layers.Length - 1; i >= 0; i--)
        {
            for (var j = 0; reaches[i] && j < i; j++)
                reaches[j] |= _layers[i].Inputs.Contains(_layers[j].Output);
        }

        return reaches;
    }

    // Backward runs from the last layer to the first: the first to write a value's gradient overwrites, the others add.
    private void SetAccumulation()
    {
        var written = new HashSet<Activation>();
        for (var i = _layers.Length - 1; i >= 0; i--)
        {
            for (var input = 0; _reachesOutput[i] && input < _layers[i].Inputs.Count; input++)
                _layers[i].Accumulates[input] = !written.Add(_layers[i].Inputs[input]);
        }
    }
}
