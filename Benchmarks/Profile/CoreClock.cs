using System.Runtime.CompilerServices;
using Sample.Measure;

namespace CompileTime.Benchmarks.Profile;

/// <summary>Cycles a microsecond of the core at hand, from a chain of multiplications, each of which takes three.</summary>
internal static class CoreClock
{
    private const int Steps = 500_000;
    private const int CyclesPerStep = 3;

    public static double CyclesPerMicrosecond()
    {
        var best = 0.0;
        for (var round = 0; round < 40; round++)
        {
            var start = ThreadClock.Now;
            Chain(Steps);
            best = Math.Max(best, Steps * (double)CyclesPerStep / (ThreadClock.Now - start).TotalMicroseconds);
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static long Chain(long steps)
    {
        var value = steps;
        for (; steps > 0; steps -= 4)
        {
            value *= value;
            value *= value;
            value *= value;
            value *= value;
        }

        return value;
    }
}
