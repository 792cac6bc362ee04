using System.Runtime.ExceptionServices;

namespace CompileTime.Training;

/// <summary>A part of a batch: the samples in [Start, End).</summary>
internal readonly record struct Slice(int Index, int Start, int End)
{
    /// <summary>
    /// Into how many parts a batch is cut. Fixed, not the number of cores: sums over a batch are made per slice and then added in
    /// the order of the slices, so the number decides their rounding.
    /// </summary>
    public const int Count = 4;

    public int Length => End - Start;

    public bool IsEmpty => End == Start;

    /// <summary>Part <paramref name="index"/> of <paramref name="length"/> things.</summary>
    public static Slice Of(int index, int length) =>
        new(index, (int)((long)length * index / Count), (int)((long)length * (index + 1) / Count));
}

/// <summary>Work that is cut into <see cref="Slice.Count"/> parts that do not write to the same memory.</summary>
internal interface ISliceWork
{
    void Run(int slice);
}

/// <summary>
/// Runs the slices of some work on the calling thread and on pool threads that happen to be free, and returns when all are done.
/// Allocates nothing per run. Which thread takes which slice differs from run to run; results must not depend on it.
/// </summary>
internal sealed class SliceRunner : IThreadPoolWorkItem
{
    private readonly int _helpers = Math.Min(Environment.ProcessorCount, Slice.Count) - 1;
    private readonly ManualResetEventSlim _done = new();

    // The number of the run in the upper bits, the next slice to take in the lower: a helper that comes late takes nothing from
    // a run that is over, because its compare-and-swap fails.
    private long _ticket = Slice.Count;
    private ISliceWork? _work;
    private int _remaining;
    private int _queued;
    private ExceptionDispatchInfo? _failure;

    public void Run(ISliceWork work)
    {
        _work = work;
        _failure = null;
        _remaining = Slice.Count;
        _done.Reset();
        Volatile.Write(ref _ticket, ((_ticket >> 8) + 1) << 8);

        // A helper that still waits for a thread will serve this run too: the queue does not fill up behind a busy pool.
        while (Volatile.Read(ref _queued) < _helpers)
        {
            Interlocked.Increment(ref _queued);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        TakeSlices();
        _done.Wait();
        _failure?.Throw();
    }

    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Decrement(ref _queued);
        TakeSlices();
    }

    private void TakeSlices()
    {
        while (true)
        {
            var ticket = Volatile.Read(ref _ticket);
            var slice = (int)(ticket & 0xFF);
            if (slice >= Slice.Count)
                return;
            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) != ticket)
                continue;
            try
            {
                _work!.Run(slice);
            }
            catch (Exception exception)
            {
                _failure = ExceptionDispatchInfo.Capture(exception);
            }

            if (Interlocked.Decrement(ref _remaining) == 0)
                _done.Set();
        }
    }
}
