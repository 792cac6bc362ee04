namespace CompileTime.Training;

/// <summary>The running state of an optimizer over all trained parameters, and its step. Parameters are cut in slices, which run beside
/// each other.</summary>
internal sealed class OptimizerState : ISliceWork
{
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly SliceRunner _runner = new();
    private Optimizer? _optimizer;
    private double _rate;

    public OptimizerState(IReadOnlyList<Parameter> parameters, string kind, int slots)
    {
        _parameters = parameters;
        Kind = kind;
        Slots = new float[slots][][];
        for (var i = 0; i < slots; i++)
            Slots[i] = parameters.Select(parameter => new float[parameter.Value.Length]).ToArray();
    }

    /// <summary><see cref="Optimizer.Kind"/>.</summary>
    public string Kind { get; }

    /// <summary>Per slot and parameter.</summary>
    public float[][][] Slots { get; }

    /// <summary>Steps taken.</summary>
    public long Steps { get; set; }

    public void Step(Optimizer optimizer, double rate)
    {
        (_optimizer, _rate) = (optimizer, rate);
        Steps++;
        _runner.Run(this);
    }

    void ISliceWork.Run(int slice)
    {
        for (var i = 0; i < _parameters.Count; i++)
        {
            var parameter = _parameters[i];
            var range = Slice.Of(slice, parameter.Value.Length);
            var value = Part(parameter.Value, range);
            var gradient = Part(parameter.Gradient, range);
            var mask = parameter.Mask is null ? default : Part(parameter.Mask, range);
            if (parameter.Mask is not null)
                VectorMath.ApplyMask(mask, gradient);
            var slot0 = Slots.Length > 0 ? Part(Slots[0][i], range) : default;
            var slot1 = Slots.Length > 1 ? Part(Slots[1][i], range) : default;
            _optimizer!.Update(value, gradient, slot0, slot1, _rate, Steps);

            // Momentum from before the pruning would move a pruned weight: it is stopped here, whatever the optimizer.
            if (parameter.Mask is not null)
                VectorMath.ApplyMask(mask, value);
        }
    }

    private static Span<float> Part(float[] values, Slice range) => values.AsSpan(range.Start, range.Length);
}
