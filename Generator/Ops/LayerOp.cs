using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Generator.Graph;
using CompileTime.Shared;

namespace CompileTime.Generator.Ops;

/// <summary>A value with a known shape.</summary>
/// <param name="Label">How messages say where it comes from.</param>
/// <param name="Name">How layers refer to it.</param>
internal sealed record Value(string Label, string Name, Shape Shape);

/// <summary>One kind of layer: what it may be given, and what it makes of a shape.</summary>
/// <param name="Kind">The attribute's name, and the function's.</param>
/// <param name="FunctionName">The stem of the names of its uses as a function in Forward.</param>
/// <param name="HasWeight">Whether it has a weight, which can be pruned.</param>
internal abstract record LayerOp(string Kind, string FunctionName, bool HasWeight = false)
{
    /// <summary>Null when something is wrong, which is then among the layer's problems.</summary>
    public abstract LoweredLayer? Lower(LayerContext layer);
}

/// <summary>A layer with all its sizes; what is still open is only whether it is pruned.</summary>
internal sealed record LoweredLayer(LayerContext Context, LayerKind Kind, Shape OutputShape)
{
    public bool Bias { get; init; }

    public Window? Window { get; init; }

    public int Groups { get; init; } = 1;

    public bool CeilMode { get; init; }

    public bool CountIncludePad { get; init; } = true;

    public int DivisorOverride { get; init; }

    public double Epsilon { get; init; } = 1e-5;

    public double Momentum { get; init; } = 0.1;

    public double Probability { get; init; } = 0.5;

    public float Slope { get; init; }

    public long WeightElements { get; init; }

    public LayerDefinition ToDefinition(PruneRule? prune) => new()
    {
        Name = Context.Node.Name,
        Kind = Kind,
        Inputs = [.. Context.Inputs.Select(input => input.Name)],
        InputShape = Context.Input.Shape,
        OutputShape = OutputShape,
        Bias = Bias,
        Window = Window,
        Groups = Groups,
        CeilMode = CeilMode,
        CountIncludePad = CountIncludePad,
        DivisorOverride = DivisorOverride,
        Epsilon = Epsilon,
        Momentum = Momentum,
        Probability = Probability,
        Slope = Slope,
        Prune = prune,
    };
}

/// <summary>A layer that is being looked at: its arguments, its inputs, and what is found wrong with it.</summary>
internal sealed class LayerContext(DeclaredNode node, IReadOnlyList<Value> inputs, List<Problem> problems)
{
    private readonly int _before = problems.Count;

    public DeclaredNode Node => node;

    public Arguments Arguments => node.Call.Arguments;

    public IReadOnlyList<Value> Inputs => inputs;

    public Value Input => inputs[0];

    public Shape Shape => inputs[0].Shape;

    public bool IsGood => problems.Count == _before;

    /// <summary>A problem whose message begins with the layer.</summary>
    public void Report(string id, params string[] arguments) => problems.Add(new Problem(id, node.Call.Site, [node.Label, .. arguments]));

    public void OutOfRange(string name, string value, string range) => Report("CT1201", name, value, range);

    public int AtLeast(int least, string name, int otherwise)
    {
        var value = Arguments.Int(name, otherwise);
        if (value < least)
            OutOfRange(name, Numbers.Text(value), "at least " + Numbers.Text(least));
        return value;
    }

    /// <summary>A size that the user may give although it follows from the input.</summary>
    public void CheckGiven(string name, int inferred)
    {
        var given = Arguments.Int(name, inferred);
        if (given != inferred)
            Report("CT1207", name, Numbers.Text(given), Input.Label, Numbers.Text(inferred), name + " = " + Numbers.Text(inferred));
    }

    public void NeedsImage()
    {
        if (!Shape.IsFlat)
            return;
        Report("CT1203", "an image (channels, height, width)", Input.Label, Shape.ToString(), inputs[0].Name == NetworkDefinition.InputName
            ? "declare the input as [Model(channels, height, width)]"
            : "put this layer before the one that makes a vector of it");
    }

    public void NeedsVector()
    {
        if (!Shape.IsFlat)
            Report("CT1203", "a vector of features", Input.Label, Shape.ToString(), "add [Flatten] before it");
    }

    /// <summary>The layer, if nothing was found wrong and its numbers stay within bounds.</summary>
    public LoweredLayer? Done(LoweredLayer layer)
    {
        if (IsGood && !layer.OutputShape.IsValid)
            TooLarge("the result", layer.OutputShape.ToString(), Shape.MaxElements, " numbers");
        if (IsGood && layer.WeightElements > Shape.MaxElements)
            TooLarge("the weight", Numbers.Text(layer.WeightElements) + " numbers", Shape.MaxElements, " numbers");
        if (IsGood && MemoryRules.Check(layer.ToDefinition(prune: null)) is { } found)
            TooLarge(found.What, Numbers.Text(found.Size) + " numbers", found.Most, " numbers");
        return IsGood ? layer : null;
    }

    /// <summary>CT1209.</summary>
    public void TooLarge(string what, string size, int most, string unit) => Report("CT1209", what, size, Numbers.Text(most) + unit);
}
