using System;

namespace CompileTime.Shared;

/// <summary>
/// The shape of one sample: <c>[features]</c> (flat) or <c>[channels, height, width]</c>. There is no batch dimension.
/// </summary>
internal readonly record struct Shape
{
    /// <summary>More elements than this in one value is taken for a mistake: it keeps every offset within an int.</summary>
    public const int MaxElements = 1 << 28;

    private Shape(int channels, int height, int width, bool isFlat)
    {
        Channels = channels;
        Height = height;
        Width = width;
        IsFlat = isFlat;
    }

    public int Channels { get; }
    public int Height { get; }
    public int Width { get; }

    /// <summary>True for a vector of features, which has <see cref="Channels"/> elements.</summary>
    public bool IsFlat { get; }

    public int Elements => Channels * Height * Width;

    public int Positions => Height * Width;

    public static Shape Flat(int features) => new(features, 1, 1, true);

    public static Shape Image(int channels, int height, int width) => new(channels, height, width, false);

    /// <summary>Whether all sizes are positive and the whole stays within <see cref="MaxElements"/>.</summary>
    public bool IsValid => Channels > 0 && Height > 0 && Width > 0 && (long)Channels * Height <= MaxElements
        && (long)Channels * Height * Width <= MaxElements;

    /// <summary><c>784</c> or <c>3x32x32</c>.</summary>
    public override string ToString() => IsFlat
        ? Numbers.Text(Channels)
        : Numbers.Text(Channels) + "x" + Numbers.Text(Height) + "x" + Numbers.Text(Width);

    public static bool TryParse(string text, out Shape shape)
    {
        shape = default;
        var parts = text.Split('x');
        if (parts.Length == 1 && Numbers.TryInt(parts[0], out var features))
            shape = Flat(features);
        else if (parts.Length == 3 && Numbers.TryInt(parts[0], out var c) && Numbers.TryInt(parts[1], out var h)
            && Numbers.TryInt(parts[2], out var w))
            shape = Image(c, h, w);
        else
            return false;
        return shape.IsValid;
    }
}
