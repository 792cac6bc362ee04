using System.Diagnostics;

namespace CompileTime.Benchmarks.Profile;

/// <summary>
/// What a profiled engine calls between two operators. One engine on one thread; public because the engine's code is compiled into an
/// assembly of its own.
/// </summary>
public static class LayerClock
{
    private static long[] s_ticks = [];
    private static long s_last;

    /// <summary>Ticks of each operator since <see cref="Restart"/>, by the place of its statement.</summary>
    public static ReadOnlySpan<long> Ticks => s_ticks;

    /// <summary>Forgets all times.</summary>
    public static void Restart(int operators) => s_ticks = new long[operators];

    /// <summary>Before the first operator.</summary>
    public static void Begin() => s_last = Stopwatch.GetTimestamp();

    /// <summary>After an operator.</summary>
    public static void End(int place)
    {
        var now = Stopwatch.GetTimestamp();
        s_ticks[place] += now - s_last;
        s_last = now;
    }
}
