using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CompileTime.Training;

/// <summary>
/// Copying and adding the short rows of images, where a call to something general costs more than the work. The last vector overlaps
/// the one before instead of leaving single elements.
/// </summary>
internal static unsafe class RowMath
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* source, float* destination, int count)
    {
        if (count < Vector256<float>.Count)
        {
            for (var i = 0; i < count; i++)
                destination[i] = source[i];
            return;
        }

        var last = count - Vector256<float>.Count;
        for (var i = 0; i < last; i += Vector256<float>.Count)
            Vector256.Load(source + i).Store(destination + i);
        Vector256.Load(source + last).Store(destination + last);
    }

    /// <summary>destination += source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(float* source, float* destination, int count)
    {
        if (count < Vector256<float>.Count)
        {
            for (var i = 0; i < count; i++)
                destination[i] += source[i];
            return;
        }

        // Summed before the others are stored: where they overlap both store the same.
        var last = count - Vector256<float>.Count;
        var sum = Vector256.Load(source + last) + Vector256.Load(destination + last);
        for (var i = 0; i < last; i += Vector256<float>.Count)
            (Vector256.Load(source + i) + Vector256.Load(destination + i)).Store(destination + i);
        sum.Store(destination + last);
    }
}
