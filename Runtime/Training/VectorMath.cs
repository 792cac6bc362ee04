using System.Numerics;
using System.Runtime.InteropServices;

namespace CompileTime.Training;

/// <summary>Loops over contiguous float32 values.</summary>
internal static class VectorMath
{
    /// <summary>destination += source.</summary>
    public static void AddTo(ReadOnlySpan<float> source, Span<float> destination)
    {
        source = source[..destination.Length];
        var a = MemoryMarshal.Cast<float, Vector<float>>(source);
        var b = MemoryMarshal.Cast<float, Vector<float>>(destination);
        for (var i = 0; i < b.Length; i++)
            b[i] += a[i];
        for (var i = b.Length * Vector<float>.Count; i < destination.Length; i++)
            destination[i] += source[i];
    }

    /// <summary>destination = source, or += where it already holds another consumer's gradient.</summary>
    public static void AddOrCopy(ReadOnlySpan<float> source, Span<float> destination, bool accumulate)
    {
        if (accumulate)
            AddTo(source, destination);
        else
            source.CopyTo(destination);
    }

    /// <summary>destination = source * factor + offset, or += when <paramref name="accumulate"/>.</summary>
    public static void Scale(ReadOnlySpan<float> source, float factor, float offset, Span<float> destination, bool accumulate)
    {
        source = source[..destination.Length];
        var a = MemoryMarshal.Cast<float, Vector<float>>(source);
        var b = MemoryMarshal.Cast<float, Vector<float>>(destination);
        var f = new Vector<float>(factor);
        var o = new Vector<float>(offset);
        for (var i = 0; i < b.Length; i++)
        {
            var scaled = (a[i] * f) + o;
            b[i] = accumulate ? b[i] + scaled : scaled;
        }

        for (var i = b.Length * Vector<float>.Count; i < destination.Length; i++)
        {
            var scaled = (source[i] * factor) + offset;
            destination[i] = accumulate ? destination[i] + scaled : scaled;
        }
    }

    /// <summary>destination = a * factor + (b - center) * slope + offset, or += when <paramref name="accumulate"/>.</summary>
    public static void Combine(ReadOnlySpan<float> a, float factor, ReadOnlySpan<float> b, float center, float slope, float offset,
        Span<float> destination, bool accumulate)
    {
        var va = MemoryMarshal.Cast<float, Vector<float>>(a);
        var vb = MemoryMarshal.Cast<float, Vector<float>>(b);
        var vd = MemoryMarshal.Cast<float, Vector<float>>(destination);
        for (var i = 0; i < vd.Length; i++)
        {
            var value = (va[i] * factor) + ((vb[i] - new Vector<float>(center)) * slope) + new Vector<float>(offset);
            vd[i] = accumulate ? vd[i] + value : value;
        }

        for (var i = vd.Length * Vector<float>.Count; i < destination.Length; i++)
        {
            var value = (a[i] * factor) + ((b[i] - center) * slope) + offset;
            destination[i] = accumulate ? destination[i] + value : value;
        }
    }

    /// <summary>The sum, accumulated in double.</summary>
    public static double Sum(ReadOnlySpan<float> values)
    {
        var v = MemoryMarshal.Cast<float, Vector<float>>(values);
        var sum = Vector<double>.Zero;
        foreach (var x in v)
        {
            Vector.Widen(x, out var low, out var high);
            sum += low + high;
        }

        var total = Vector.Sum(sum);
        for (var i = v.Length * Vector<float>.Count; i < values.Length; i++)
            total += values[i];
        return total;
    }

    /// <summary>The sum of products, accumulated in double.</summary>
    public static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        b = b[..a.Length];
        var va = MemoryMarshal.Cast<float, Vector<float>>(a);
        var vb = MemoryMarshal.Cast<float, Vector<float>>(b);
        var sum = Vector<double>.Zero;
        for (var i = 0; i < va.Length; i++)
        {
            Vector.Widen(va[i], out var aLow, out var aHigh);
            Vector.Widen(vb[i], out var bLow, out var bHigh);
            sum += (aLow * bLow) + (aHigh * bHigh);
        }

        var total = Vector.Sum(sum);
        for (var i = va.Length * Vector<float>.Count; i < a.Length; i++)
            total += (double)a[i] * b[i];
        return total;
    }

    /// <summary>Zero wherever the mask is zero, whatever stood there; the rest is untouched.</summary>
    public static void ApplyMask(ReadOnlySpan<float> mask, Span<float> values)
    {
        mask = mask[..values.Length];
        var m = MemoryMarshal.Cast<float, Vector<float>>(mask);
        var v = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (var i = 0; i < v.Length; i++)
            v[i] = Vector.ConditionalSelect(Vector.Equals(m[i], Vector<float>.Zero), Vector<float>.Zero, v[i]);
        for (var i = v.Length * Vector<float>.Count; i < values.Length; i++)
            values[i] = mask[i] == 0 ? 0 : values[i];
    }

    /// <summary>The index of the first value that is not finite, or -1.</summary>
    public static int IndexOfNonFinite(ReadOnlySpan<float> values)
    {
        var v = MemoryMarshal.Cast<float, Vector<float>>(values);
        var i = 0;
        while (i < v.Length && Vector.LessThanAll(Vector.Abs(v[i]), new Vector<float>(float.PositiveInfinity)))
            i++;
        for (var at = i * Vector<float>.Count; at < values.Length; at++)
        {
            if (!float.IsFinite(values[at]))
                return at;
        }

        return -1;
    }

    /// <summary>The index of the largest value; the lowest of equal ones.</summary>
    public static int ArgMax(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
                best = i;
        }

        return best;
    }
}
