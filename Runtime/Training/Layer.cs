using CompileTime.Shared;

namespace CompileTime.Training;

/// <summary>What a layer is made from.</summary>
internal sealed record LayerContext(LayerDefinition Definition, int Index, int Seed, IReadOnlyList<Activation> Inputs, Activation Output);

/// <summary>
/// One layer in float32. It computes a slice of the batch at a time, and slices run beside each other, so a slice writes only to
/// its own samples and its own partial sums.
/// </summary>
internal abstract class Layer(LayerContext context)
{
    private readonly List<Parameter> _parameters = [];
    private readonly List<Parameter> _trained = [];

    // Per trained parameter, one gradient per slice: no two threads add to the same number, and the order of the sum is fixed.
    private readonly List<float[][]> _partials = [];

    public LayerDefinition Definition { get; } = context.Definition;

    public IReadOnlyList<Activation> Inputs { get; } = context.Inputs;

    public Activation Input => Inputs[0];

    public Activation Output { get; } = context.Output;

    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>Per input: whether its gradient already holds another consumer's share. Set by the network.</summary>
    public bool[] Accumulates { get; } = new bool[context.Inputs.Count];

    /// <summary>Whether the layer behaves as while training (batch statistics, dropout). Set by the network before each pass.</summary>
    public bool Training { get; set; }

    /// <summary>Whether the layer was pruned to the identity (<see cref="SkippedLayers"/>). Set by the network before each pass.</summary>
    public bool IsSkipped { get; set; }

    /// <summary>Number of the training step, from which random layers derive their numbers.</summary>
    public long Step { get; set; }

    /// <summary>
    /// How many times the slices meet while training: a phase starts when all slices have finished the phase before. One for layers
    /// in which samples do not see each other.
    /// </summary>
    public virtual int TrainingPhases => 1;

    /// <summary>The same for the way back.</summary>
    public virtual int BackwardPhases => TrainingPhases;

    protected int Index { get; } = context.Index;

    /// <summary>The seed from which random layers derive their numbers.</summary>
    public int Seed { get; set; } = context.Seed;

    public abstract void Forward(Slice slice, int phase);

    /// <summary>From the output's gradient to those of inputs and parameters (<see cref="Partial"/>).</summary>
    public abstract void Backward(Slice slice, int phase);

    /// <summary>Forward where the layer is skipped.</summary>
    public void Pass(Slice slice) => Input.Samples(slice).CopyTo(Output.Samples(slice));

    /// <summary>Backward where the layer is skipped: its parameters have no gradient.</summary>
    public void PassBack(Slice slice)
    {
        foreach (var partial in _partials)
            Array.Clear(partial[slice.Index]);
        if (Input.NeedsGradient)
            VectorMath.AddOrCopy(Output.Gradients(slice), Input.Gradients(slice), Accumulates[0]);
    }

    /// <summary>Memory that depends on the size of the batch.</summary>
    public virtual void Reserve(int capacity, bool training)
    {
        if (training && _partials.Count > 0 && _partials[0][0].Length == 0)
        {
            for (var i = 0; i < _partials.Count; i++)
            {
                for (var slice = 0; slice < Slice.Count; slice++)
                    _partials[i][slice] = new float[_trained[i].Value.Length];
            }
        }
    }

    /// <summary>Sets part <paramref name="part"/> of each parameter's gradient to the sum over slices, in their order.</summary>
    public void ReduceGradients(int part)
    {
        for (var i = 0; i < _partials.Count; i++)
        {
            var range = Slice.Of(part, _trained[i].Value.Length);
            var gradient = _trained[i].Gradient.AsSpan(range.Start, range.Length);
            _partials[i][0].AsSpan(range.Start, range.Length).CopyTo(gradient);
            for (var slice = 1; slice < Slice.Count; slice++)
                VectorMath.AddTo(_partials[i][slice].AsSpan(range.Start, range.Length), gradient);
        }
    }

    protected Parameter AddParameter(string name, params int[] shape)
    {
        var parameter = new Parameter(Definition.Name + "." + name, shape);
        _parameters.Add(parameter);
        _trained.Add(parameter);
        _partials.Add([[], [], [], []]);
        return parameter;
    }

    protected Parameter AddBuffer(string name, params int[] shape)
    {
        var parameter = new Parameter(Definition.Name + "." + name, shape, isBuffer: true);
        _parameters.Add(parameter);
        return parameter;
    }

    /// <summary>The slice's share of the gradient of the <paramref name="index"/>-th trained parameter.</summary>
    protected float[] Partial(int index, Slice slice) => _partials[index][slice.Index];
}
