using CompileTime.Shared;

namespace CompileTime.Training;

/// <summary>One value of the network for a whole batch, sample after sample, each in CHW order, with the loss's gradient.</summary>
internal sealed class Activation(string name, Shape shape)
{
    public string Name { get; } = name;

    public Shape Shape { get; } = shape;

    /// <summary>Elements per sample.</summary>
    public int Elements { get; } = shape.Elements;

    public float[] Data { get; private set; } = [];

    public float[] Gradient { get; private set; } = [];

    /// <summary>Whether anything that is trained lies before this value.</summary>
    public bool NeedsGradient { get; set; }

    public Span<float> Sample(int index) => Data.AsSpan(index * Elements, Elements);

    public Span<float> SampleGradient(int index) => Gradient.AsSpan(index * Elements, Elements);

    public Span<float> Samples(Slice slice) => Data.AsSpan(slice.Start * Elements, slice.Length * Elements);

    public Span<float> Gradients(Slice slice) => Gradient.AsSpan(slice.Start * Elements, slice.Length * Elements);

    public void Reserve(int capacity, bool training)
    {
        var length = checked(capacity * Elements);
        if (Data.Length < length)
            Data = GC.AllocateUninitializedArray<float>(length);
        if (training && NeedsGradient && Gradient.Length < length)
            Gradient = GC.AllocateUninitializedArray<float>(length);
    }
}
