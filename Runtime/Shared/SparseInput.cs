using System;
using System.Collections.Generic;

namespace CompileTime.Shared;

/// <summary>A byte of the input that an output reads.</summary>
/// <param name="Offset">Bytes from the first one in memory.</param>
/// <param name="Column">Which of the output's weights it is multiplied with.</param>
internal readonly record struct SparseInput(int Offset, int Column)
{
    /// <summary>Those of a Linear, in the order of memory.</summary>
    /// <param name="inputs">Input features.</param>
    /// <param name="positions">After Flatten: positions of the image, which is kept channels last; otherwise 1.</param>
    public static SparseInput[] Linear(int inputs, int positions)
    {
        var all = new SparseInput[inputs];
        for (var j = 0; j < inputs; j++)
            all[j] = new SparseInput(j, ColumnAt(j, inputs, positions));
        return all;
    }

    /// <summary>Those of a Conv2d without groups, channels last, in the order of memory.</summary>
    /// <param name="channels">Input channels.</param>
    /// <param name="kernelHeight">Rows of the kernel.</param>
    /// <param name="kernelWidth">Columns of the kernel.</param>
    /// <param name="rowStep">Bytes of the input from one row of the kernel to the next.</param>
    /// <param name="columnStep">Bytes of the input from one column of the kernel to the next.</param>
    public static SparseInput[] Conv(int channels, int kernelHeight, int kernelWidth, int rowStep, int columnStep)
    {
        var all = new SparseInput[channels * kernelHeight * kernelWidth];
        for (var column = 0; column < all.Length; column++)
        {
            var (channel, tap) = (column / (kernelHeight * kernelWidth), column % (kernelHeight * kernelWidth));
            all[column] = new SparseInput((tap / kernelWidth * rowStep) + (tap % kernelWidth * columnStep) + channel, column);
        }

        Array.Sort(all, (a, b) => a.Offset.CompareTo(b.Offset));
        return all;
    }

    /// <summary>
    /// Those of a layer whose input has no border but its own: how many steps it will take is estimated from them.
    /// </summary>
    /// <param name="node">A Linear or Conv2d.</param>
    /// <param name="input">The shape of its input.</param>
    /// <param name="positions">Linear after Flatten: positions of the image; otherwise 1.</param>
    public static SparseInput[] Of(QuantizedNode node, Shape input, int positions) => node.Window is { } window
        ? Conv(input.Channels, window.KernelHeight, window.KernelWidth,
            window.DilationHeight * (window.Left + input.Width + window.Right) * input.Channels, window.DilationWidth * input.Channels)
        : Linear(node.Weight!.Dimensions[1], positions);

    /// <summary>The weights of an output that are not zero, in the order of these inputs.</summary>
    /// <param name="inputs">What an output reads.</param>
    /// <param name="weights">As many weights for each output.</param>
    /// <param name="output">Which output.</param>
    /// <param name="zero">Their zero point.</param>
    public static SparseWeight[] Kept(SparseInput[] inputs, sbyte[] weights, int output, int zero)
    {
        var kept = new List<SparseWeight>();
        foreach (var input in inputs)
        {
            var weight = weights[(output * inputs.Length) + input.Column];
            if (weight != zero)
                kept.Add(new SparseWeight(input.Offset, weight));
        }

        return [.. kept];
    }

    /// <summary>
    /// Which column of a Linear's weight is multiplied with the input at a place in memory (see ValueLayout in the generator).
    /// </summary>
    public static int ColumnAt(int place, int inputs, int positions)
    {
        var channels = inputs / positions;
        return (place % channels * positions) + (place / channels);
    }
}
