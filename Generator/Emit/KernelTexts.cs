using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>
/// The texts of a tier's layers. Layers of one shape, whose values lie at the same places, have the same texts but for the header that they
/// read: one of them is printed, and the others call it with a pointer that is moved by the headers between them. Deep networks repeat
/// layers, and the C# compiler and the just-in-time compiler take the longer, the more there is to compile.
/// </summary>
internal sealed class KernelTexts(CodeWriter code)
{
    private static readonly Regex s_weights = new(@"\bw\b", RegexOptions.CultureInvariant);

    private readonly Dictionary<string, Owner> _owners = new(StringComparer.Ordinal);

    /// <param name="Name">Of the texts, to which their kind is added.</param>
    /// <param name="Index">Of the operator whose header they read.</param>
    public readonly record struct Owner(string Name, int Index)
    {
        /// <summary>What to call the texts with in place of <c>w</c>.</summary>
        public string Weights(int index) => index == Index ? "w" : "(byte*)((NodeHeader*)w + " + Numbers.Text(index - Index) + ")";
    }

    /// <summary>Prints the texts of a layer, if they were not printed for another one.</summary>
    /// <param name="name">Of the texts; their kind may follow it.</param>
    /// <param name="index">Of the layer's operator.</param>
    /// <param name="parameters">Of the texts.</param>
    /// <param name="print">Prints them.</param>
    /// <returns>Whose texts they are.</returns>
    public Owner Share(string name, int index, string parameters, Action print)
    {
        var start = code.Length;
        print();
        var text = code.From(start).Replace(name, "@").Replace(Header(index), "@").Replace(parameters, "@");
        // What else is read from the weights would be read at another place.
        if (s_weights.IsMatch(text))
            return new Owner(name, index);
        if (_owners.TryGetValue(text, out var owner))
        {
            code.Cut(start);
            return owner;
        }

        return _owners[text] = new Owner(name, index);
    }

    /// <summary>How a text finds the header of its layer, and by it the block of its weights.</summary>
    public static string Header(int index) => "(NodeHeader*)w + " + Numbers.Text(index) + ";";
}
