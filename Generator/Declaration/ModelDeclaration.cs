using System;
using System.Collections.Generic;
using CompileTime.Generator.Diagnostics;

namespace CompileTime.Generator.Declaration;

/// <summary>
/// A class with [Model], as it is written: everything the compiler needs to know of it, and nothing of Roslyn. Two readings of
/// the same text are equal, and so are readings of texts that differ in what does not matter.
/// </summary>
internal sealed record ModelDeclaration
{
    /// <summary><c>Demo.Digits</c> with escaped keywords; null in the global namespace.</summary>
    public required string? Namespace { get; init; }

    /// <summary>The types around the class, the outermost first.</summary>
    public required EquatableArray<TypeHeader> ContainingTypes { get; init; }

    /// <summary><c>class</c> or <c>record</c>, and the name as it is to be written (<c>@class</c>).</summary>
    public required TypeHeader Class { get; init; }

    /// <summary><c>Demo.Outer.DigitMlp</c>: the model's name in definitions and artifacts; no '@'.</summary>
    public required string FullName { get; init; }

    /// <summary><c>public</c>, <c>internal</c>, <c>private protected</c>, …: also where
    /// none is written.</summary>
    public required string Accessibility { get; init; }

    /// <summary>What the user wrote, for instance <c>public sealed partial</c>; repeating it on another part is allowed.</summary>
    public required string Modifiers { get; init; }

    public required bool IsSealed { get; init; }

    /// <summary>The user declares <c>X()</c> or a primary constructor: ours cannot stand beside it.</summary>
    public required bool HasOwnConstructor { get; init; }

    /// <summary>
    /// What the user declares leaves no room for the generated members (<see cref="ClashRules"/>), or the class is none that could have
    /// them.
    /// </summary>
    public required bool HasNoRoom { get; init; }

    /// <summary>Whether the language allows another part of the class, in another file.</summary>
    public required bool CanBeOpened { get; init; }

    /// <summary>Sizes as written, one or three, perhaps not positive.</summary>
    public required EquatableArray<int> InputShape { get; init; }

    /// <summary>Null when it is not given.</summary>
    public required float? InputScale { get; init; }

    public required float InputOffset { get; init; }

    public required PruneCall? Prune { get; init; }

    public required QuantizeCall? Quantize { get; init; }

    public required BudgetCall? Budget { get; init; }

    /// <summary>The layer attributes on the class, in the order of the text.</summary>
    public required EquatableArray<LayerCall> Layers { get; init; }

    /// <summary>The partial methods that carry layers, in the order of the text.</summary>
    public required EquatableArray<LayerMethod> LayerMethods { get; init; }

    /// <summary>Heads of partial methods that carry layers or rules and are no layer methods (<see cref="PartialSignature"/>).</summary>
    public required EquatableArray<string> WrongMethods { get; init; }

    /// <summary>Null when there is none, or none that can be read.</summary>
    public required ForwardDeclaration? Forward { get; init; }

    /// <summary>Whether the network is wired by Forward rather than by the order of the class's attributes.</summary>
    public bool IsGraph => LayerMethods.Count > 0 || Forward is not null;

    /// <summary>An attribute names Random, which would be System.Random: the class gets it as a constant
    /// (<see cref="RandomName"/>).</summary>
    public required bool NeedsRandom { get; init; }

    /// <summary>What is wrong with the form of the declaration; sizes and shapes are looked at later.</summary>
    public required EquatableArray<Problem> Problems { get; init; }

    /// <summary>The C# compiler reports an error within the declaration: it cannot be read, and there is nothing to add.</summary>
    public required bool HasCompilerErrors { get; init; }

    public Site ModelSite => new("class/Model");

    /// <summary>Each layer attribute by its layer's name, with the method that it stands on; null for the class.</summary>
    public Dictionary<string, (LayerCall Layer, LayerMethod? Method)> LayersByName()
    {
        var layers = new Dictionary<string, (LayerCall Layer, LayerMethod? Method)>(StringComparer.Ordinal);
        for (var i = 0; i < Layers.Count; i++)
            layers[Shared.Numbers.Text(i)] = (Layers[i], null);
        foreach (var method in LayerMethods)
        {
            for (var i = 0; i < method.Layers.Count; i++)
                layers[method.LayerName(i)] = (method.Layers[i], method);
        }

        return layers;
    }
}

/// <summary>How a type is opened again: <c>partial</c>, the keyword(s), and the name with its type parameters.</summary>
/// <param name="Keyword"><c>class</c>, <c>record</c>, <c>struct</c>, <c>record struct</c>, <c>interface</c>.</param>
/// <param name="Name">As it is to be written: keywords escaped, type parameters without constraints.</param>
internal sealed record TypeHeader(string Keyword, string Name);

/// <summary>An attributed partial method. Its implementing part is <c>{Modifiers} Tensor {WrittenName}(Tensor {Parameter})</c>.</summary>
/// <param name="Name">The name without '@'; layer names begin with it.</param>
/// <param name="WrittenName">The name as it is to be written.</param>
/// <param name="Modifiers">As the user wrote them: <c>private static partial</c>.</param>
/// <param name="Parameter">The parameter's name as it is to be written.</param>
/// <param name="Layers">In the order of the text, at least one.</param>
/// <param name="Prune">Overrides the class's.</param>
/// <param name="Quantize">Overrides the class's.</param>
/// <param name="Documentation">The user's own, as XML without the element around it; null where there is none.</param>
internal sealed record LayerMethod(
    string Name,
    string WrittenName,
    string Modifiers,
    string Parameter,
    EquatableArray<LayerCall> Layers,
    PruneCall? Prune,
    QuantizeCall? Quantize,
    string? Documentation = null)
{
    public Site Site => new(Name + "()");

    /// <summary>PyTorch's module path: the method's name, and a number below it when there are several.</summary>
    public string LayerName(int index) => Layers.Count == 1 ? Name : Name + "." + Shared.Numbers.Text(index);
}

/// <summary>Forward as single assignments: value 0 is its parameter, value i + 1 is what call i returns.</summary>
internal sealed record ForwardDeclaration(EquatableArray<ForwardCall> Calls, int Result, Site ResultSite);

/// <summary>One call in Forward: of a layer method, or of a function.</summary>
/// <param name="LayerMethod">The name of the layer method, or null.</param>
/// <param name="Function">The function as a layer; null for a layer method.</param>
/// <param name="Inputs">Numbers of the values that are passed.</param>
internal sealed record ForwardCall(string? LayerMethod, LayerCall? Function, EquatableArray<int> Inputs, Site Site);
