using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CompileTime.Benchmarks.Profile;
using Sample.Measure;

namespace CompileTime.Benchmarks.Roofline;

/// <summary>What the core at hand can do with vectors of one width: multiply-accumulates a cycle of each kind of step, and bytes.</summary>
/// <param name="Bits">Of a vector.</param>
/// <param name="Widened">vpmaddubsw, vpmaddwd, vpaddd.</param>
/// <param name="InWords">vpmaddubsw, vpaddw.</param>
/// <param name="DensePairs">Two products added in int16, widened, added.</param>
/// <param name="DenseFours">The same with four.</param>
/// <param name="Sparse">vpermb, vpmaddubsw, vpmaddwd, vpaddd; null without AVX-512 VBMI.</param>
/// <param name="PlanarPairs">Two weights, two interleaved planes.</param>
internal sealed unsafe record Limits(
    int Bits, double Widened, double InWords, double DensePairs, double DenseFours, double? Sparse, double PlanarPairs)
{
    // Half of the nearest cache.
    private const int NearBytes = 16 << 10;
    private const int Rounds = 200;
    private static readonly TimeSpan s_roundLength = TimeSpan.FromMilliseconds(0.5);

    private delegate void Loop<TVector>(byte* from, TVector* sink, int steps)
        where TVector : unmanaged;

    /// <summary>Of every width that there is, the widest first; empty without AVX2.</summary>
    public static IReadOnlyList<Limits> Measure()
    {
        var all = new List<Limits>();
        if (Avx512BW.IsSupported)
        {
            double? sparse = Avx512Vbmi.IsSupported ? Rate<Vector512<byte>>(SparseLoop.Run, 128, 64 * SparseLoop.Products) : null;
            all.Add(Of<Vector512<byte>, Width512>(sparse));
        }

        if (Avx2.IsSupported)
            all.Add(Of<Vector256<byte>, Width256>(null));
        return all;
    }

    /// <summary>Bytes a cycle that can be read again and again from so much memory.</summary>
    public static double ReadRate(int bytes) => Avx512BW.IsSupported
        ? Rate<Vector512<byte>>(PlanarLoops<Vector512<byte>, Width512>.Read, 512, 512, bytes)
        : Rate<Vector256<byte>>(PlanarLoops<Vector256<byte>, Width256>.Read, 256, 256, bytes);

    private static Limits Of<TVector, TWidth>(double? sparse)
        where TVector : unmanaged
        where TWidth : struct, IWidth<TVector>
    {
        var bytes = sizeof(TVector);
        var products = bytes * DenseLoops<TVector, TWidth>.Products;
        return new Limits(
            8 * bytes,
            Rate<TVector>(DenseLoops<TVector, TWidth>.Widened, 2 * bytes, products),
            Rate<TVector>(DenseLoops<TVector, TWidth>.InWords, 2 * bytes, products),
            Rate<TVector>(DenseLoops<TVector, TWidth>.Pairs, 4 * bytes, 2 * products),
            Rate<TVector>(DenseFours<TVector, TWidth>.Run, 8 * bytes, 4 * products),
            sparse,
            Rate<TVector>(PlanarLoops<TVector, TWidth>.Pairs, PlanarLoops<TVector, TWidth>.Reads * bytes,
                PlanarLoops<TVector, TWidth>.Sums * bytes));
    }

    /// <summary>Work a cycle: the best of many rounds, since whatever else the machine does only takes time.</summary>
    private static double Rate<TVector>(Loop<TVector> loop, int stepBytes, int stepWork, int memory = NearBytes)
        where TVector : unmanaged
    {
        var from = (byte*)NativeMemory.AlignedAlloc((nuint)memory, 64);
        try
        {
            new Span<byte>(from, memory).Fill(1);
            var sink = stackalloc byte[1024];
            var steps = (memory / stepBytes) - 1;
            var calls = 1;
            // The first call is compiled.
            Time(calls);
            for (var time = Time(calls); time < s_roundLength; time = Time(calls))
                calls *= 2;
            var (best, cycles) = (TimeSpan.MaxValue, 0.0);
            for (var round = 0; round < Rounds; round++)
            {
                if (round % 50 == 0)
                    cycles = Math.Max(cycles, CoreClock.CyclesPerMicrosecond());
                var time = Time(calls);
                best = time < best ? time : best;
            }

            return (double)steps * calls * stepWork / (best.TotalMicroseconds * cycles);

            TimeSpan Time(int count)
            {
                var start = ThreadClock.Now;
                for (; count > 0; count--)
                    loop(from, (TVector*)sink, steps);
                return ThreadClock.Now - start;
            }
        }
        finally
        {
            NativeMemory.AlignedFree(from);
        }
    }
}
