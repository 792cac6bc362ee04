using System;

namespace CompileTime.Generator.Declaration;

/// <summary>
/// One layer as it is written, on a class, on a layer method or as a function in Forward; the three read the same from here on.
/// </summary>
/// <param name="Kind">The attribute's name without <c>Attribute</c>, and the function's: <c>Conv2d</c>.</param>
internal sealed record LayerCall(string Kind, Arguments Arguments, Site Site);

/// <summary>
/// A value that is written in the source. Names are those of the attribute's properties; a parameter <c>kernelSize</c> is
/// <c>KernelSize</c>.
/// </summary>
/// <param name="Name">In PascalCase.</param>
/// <param name="Value">An int, long, float, double, bool, string (an enum member's name),
/// or EquatableArray of int: all of them value-equal.</param>
internal sealed record Argument(string Name, object Value);

/// <summary>What is written in the source, by name; what is not written has the default that the caller gives.</summary>
internal readonly record struct Arguments(EquatableArray<Argument> Values)
{
    public bool Has(string name) => Find(name) is not null;

    public int Int(string name, int otherwise) => Find(name) is int value ? value : otherwise;

    /// <summary>Null when it is not written.</summary>
    public long? Long(string name) => Find(name) switch
    {
        long value => value,
        int value => value,
        _ => null,
    };

    public bool Bool(string name, bool otherwise) => Find(name) is bool value ? value : otherwise;

    public double Double(string name, double otherwise) => Find(name) switch
    {
        double value => value,
        float value => value,
        int value => value,
        _ => otherwise,
    };

    public string Text(string name, string otherwise) => Find(name) as string ?? otherwise;

    public EquatableArray<int>? Ints(string name) => Find(name) is EquatableArray<int> value ? value : null;

    private object? Find(string name)
    {
        foreach (var argument in Values)
        {
            if (string.Equals(argument.Name, name, StringComparison.Ordinal))
                return argument.Value;
        }

        return null;
    }
}
