using System.Diagnostics;

namespace Sample.Measure;

/// <summary>Times of one contender over the rounds of a race.</summary>
/// <param name="Median">Microseconds per call.</param>
/// <param name="LowerQuartile">A quarter of the rounds were faster.</param>
/// <param name="UpperQuartile">A quarter of the rounds were slower.</param>
internal readonly record struct Spread(double Median, double LowerQuartile, double UpperQuartile);

/// <summary>
/// Compares the time of short calls on one thread. The contenders take turns round by round, so that whatever else the machine does falls
/// on all of them alike, and the median forgets the rounds that were disturbed.
/// </summary>
internal static class Timing
{
    private static readonly TimeSpan s_roundLength = TimeSpan.FromMilliseconds(4);

    // Longer than the runtime waits before it compiles hot methods anew: the rounds run final code.
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(400);

    /// <summary>Races contenders.</summary>
    /// <param name="rounds">Turns of each.</param>
    /// <param name="contenders">Each is called with the numbers 0, 1, 2, …: which sample to predict.</param>
    /// <param name="cancellationToken">Ends the race.</param>
    /// <returns>The times of each contender, in order.</returns>
    public static Spread[] Race(int rounds, IReadOnlyList<Action<int>> contenders, CancellationToken cancellationToken = default)
    {
        var callsPerRound = new int[contenders.Count];
        for (var i = 0; i < contenders.Count; i++)
        {
            WarmUp(contenders[i], cancellationToken);
            callsPerRound[i] = Math.Max(1, (int)(s_roundLength / WarmUp(contenders[i], cancellationToken)));
        }

        var times = contenders.Select(_ => new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var i = 0; i < contenders.Count; i++)
                times[i][round] = Time(contenders[i], round * callsPerRound[i], callsPerRound[i]);
        }

        return [.. times.Select(Summarize)];
    }

    private static TimeSpan WarmUp(Action<int> contender, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var calls = 0;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            contender(calls++);
        }
        while (Stopwatch.GetElapsedTime(start) < s_warmUp);
        return Stopwatch.GetElapsedTime(start) / calls;
    }

    private static double Time(Action<int> contender, int first, int calls)
    {
        var start = ThreadClock.Now;
        for (var call = 0; call < calls; call++)
            contender(first + call);
        return (ThreadClock.Now - start).TotalMicroseconds / calls;
    }

    private static Spread Summarize(double[] times)
    {
        Array.Sort(times);
        return new Spread(times[times.Length / 2], times[times.Length / 4], times[times.Length * 3 / 4]);
    }
}
