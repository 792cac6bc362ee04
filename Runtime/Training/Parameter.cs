namespace CompileTime.Training;

/// <summary>A trained tensor or a buffer (running statistics), under PyTorch's name.</summary>
internal sealed class Parameter
{
    public Parameter(string name, int[] shape, bool isBuffer = false)
    {
        Name = name;
        Shape = shape;
        IsBuffer = isBuffer;
        var length = 1;
        foreach (var size in shape)
            length = checked(length * size);
        Value = new float[length];
        Gradient = isBuffer ? [] : new float[length];
    }

    /// <summary>PyTorch's state_dict key: <c>0.weight</c>, <c>Stem.1.running_mean</c>.</summary>
    public string Name { get; }

    public int[] Shape { get; }

    /// <summary>Not touched by optimizers.</summary>
    public bool IsBuffer { get; }

    /// <summary>Row-major.</summary>
    public float[] Value { get; private set; }

    public float[] Gradient { get; private set; }

    /// <summary>
    /// 1 for a kept element, 0 for a pruned one; null when never pruned. Pruned elements of <see cref="Value"/> are zero and stay so.
    /// </summary>
    public float[]? Mask { get; set; }

    /// <summary>From now on this is the other parameter's value and gradient: what one network learns, the other knows.</summary>
    public void Share(Parameter other)
    {
        if (other.Value.Length != Value.Length || other.IsBuffer != IsBuffer)
            throw new ArgumentException($"{Name} cannot share the values of {other.Name}.", nameof(other));
        (Value, Gradient) = (other.Value, other.Gradient);
    }
}
