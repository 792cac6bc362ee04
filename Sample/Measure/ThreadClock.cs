using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sample.Measure;

/// <summary>
/// The processor time of the calling thread where the system tells it (Linux), so that a turn in which another process had the core
/// is not taken for slow code; elsewhere the time of day.
/// </summary>
internal static partial class ThreadClock
{
    private const int ThreadProcessorTime = 3; // CLOCK_THREAD_CPUTIME_ID

    /// <summary>Time since some moment in the past.</summary>
    public static TimeSpan Now => OperatingSystem.IsLinux() && GetTime(ThreadProcessorTime, out var time) == 0
        ? TimeSpan.FromTicks((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
        : Stopwatch.GetElapsedTime(0);

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int GetTime(int clock, out TimeSpecification time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpecification
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
