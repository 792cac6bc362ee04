using System.Runtime.CompilerServices;

namespace CompileTime.Benchmarks.Roofline;

/// <summary>Loops that read as much as they compute.</summary>
internal static unsafe class PlanarLoops<TVector, TWidth>
    where TVector : unmanaged
    where TWidth : struct, IWidth<TVector>
{
    /// <summary>Sums that a loop keeps, and products of a step, in vectors of bytes.</summary>
    public const int Sums = 8;

    /// <summary>Bytes of a step, in vectors.</summary>
    public const int Reads = 8;

    /// <summary>Two weights for four vectors of positions of two planes, as convolutions over planes do.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Pairs(byte* from, TVector* sink, int steps)
    {
        TVector sum0 = default;
        TVector sum1 = default;
        TVector sum2 = default;
        TVector sum3 = default;
        TVector sum4 = default;
        TVector sum5 = default;
        TVector sum6 = default;
        TVector sum7 = default;
        for (; steps > 0; steps--, from += 8 * sizeof(TVector))
        {
            var weights = TWidth.Broadcast(from);
            var a0 = *(TVector*)(from + (0 * sizeof(TVector)));
            var b0 = *(TVector*)(from + (4 * sizeof(TVector)));
            sum0 = TWidth.AddWords(sum0, TWidth.MultiplyBytes(TWidth.UnpackLow(a0, b0), weights));
            sum1 = TWidth.AddWords(sum1, TWidth.MultiplyBytes(TWidth.UnpackHigh(a0, b0), weights));
            var a1 = *(TVector*)(from + (1 * sizeof(TVector)));
            var b1 = *(TVector*)(from + (5 * sizeof(TVector)));
            sum2 = TWidth.AddWords(sum2, TWidth.MultiplyBytes(TWidth.UnpackLow(a1, b1), weights));
            sum3 = TWidth.AddWords(sum3, TWidth.MultiplyBytes(TWidth.UnpackHigh(a1, b1), weights));
            var a2 = *(TVector*)(from + (2 * sizeof(TVector)));
            var b2 = *(TVector*)(from + (6 * sizeof(TVector)));
            sum4 = TWidth.AddWords(sum4, TWidth.MultiplyBytes(TWidth.UnpackLow(a2, b2), weights));
            sum5 = TWidth.AddWords(sum5, TWidth.MultiplyBytes(TWidth.UnpackHigh(a2, b2), weights));
            var a3 = *(TVector*)(from + (3 * sizeof(TVector)));
            var b3 = *(TVector*)(from + (7 * sizeof(TVector)));
            sum6 = TWidth.AddWords(sum6, TWidth.MultiplyBytes(TWidth.UnpackLow(a3, b3), weights));
            sum7 = TWidth.AddWords(sum7, TWidth.MultiplyBytes(TWidth.UnpackHigh(a3, b3), weights));
        }

        sink[0] = sum0;
        sink[1] = sum1;
        sink[2] = sum2;
        sink[3] = sum3;
        sink[4] = sum4;
        sink[5] = sum5;
        sink[6] = sum6;
        sink[7] = sum7;
    }

    /// <summary>Only reads.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Read(byte* from, TVector* sink, int steps)
    {
        TVector sum0 = default;
        TVector sum1 = default;
        TVector sum2 = default;
        TVector sum3 = default;
        TVector sum4 = default;
        TVector sum5 = default;
        TVector sum6 = default;
        TVector sum7 = default;
        for (; steps > 0; steps--, from += 8 * sizeof(TVector))
        {
            sum0 = TWidth.Or(sum0, *(TVector*)(from + (0 * sizeof(TVector))));
            sum1 = TWidth.Or(sum1, *(TVector*)(from + (1 * sizeof(TVector))));
            sum2 = TWidth.Or(sum2, *(TVector*)(from + (2 * sizeof(TVector))));
            sum3 = TWidth.Or(sum3, *(TVector*)(from + (3 * sizeof(TVector))));
            sum4 = TWidth.Or(sum4, *(TVector*)(from + (4 * sizeof(TVector))));
            sum5 = TWidth.Or(sum5, *(TVector*)(from + (5 * sizeof(TVector))));
            sum6 = TWidth.Or(sum6, *(TVector*)(from + (6 * sizeof(TVector))));
            sum7 = TWidth.Or(sum7, *(TVector*)(from + (7 * sizeof(TVector))));
        }

        sink[0] = sum0;
        sink[1] = sum1;
        sink[2] = sum2;
        sink[3] = sum3;
        sink[4] = sum4;
        sink[5] = sum5;
        sink[6] = sum6;
        sink[7] = sum7;
    }
}
