using System;

namespace CompileTime.Shared;

/// <summary>The rows (or columns) of the input that one row (or column) of a pool's result looks at.</summary>
internal readonly record struct PoolWindow
{
    private PoolWindow(int start, int end, int paddedLength)
    {
        Start = start;
        End = end;
        PaddedLength = paddedLength;
    }

    /// <summary>The first one.</summary>
    public int Start { get; }

    /// <summary>One after the last one.</summary>
    public int End { get; }

    /// <summary>
    /// As <see cref="Length"/>, but counting padding: what count_include_pad divides by. A window never reaches beyond it.
    /// </summary>
    public int PaddedLength { get; }

    public int Length => End - Start;

    /// <summary>Window number <paramref name="index"/> of a pool without dilation.</summary>
    public static PoolWindow Of(int index, int stride, int kernel, int before, int after, int size)
    {
        var start = (index * stride) - before;
        var end = Math.Min(start + kernel, size + after);
        return new PoolWindow(Math.Max(start, 0), Math.Min(end, size), end - start);
    }

    /// <summary>
    /// Window number <paramref name="index"/> of <paramref name="count"/> that together cover <paramref name="size"/> elements.
    /// </summary>
    public static PoolWindow Adaptive(int index, int count, int size)
    {
        var start = (int)((long)index * size / count);
        var end = (int)((((long)(index + 1) * size) + count - 1) / count);
        return new PoolWindow(start, end, end - start);
    }
}
