namespace CompileTime.Inference;

/// <summary>
/// Scratch memory for concurrent predictions: as many buffers as predictions ever ran at once. Renting and returning allocate
/// nothing once the buffers exist.
/// </summary>
internal sealed class ScratchPool(int bytes)
{
    private readonly Lock _gate = new();
    private AlignedMemory?[] _free = new AlignedMemory?[2 * Environment.ProcessorCount];
    private int _count;

    // The one that a single thread takes and returns without a lock.
    private AlignedMemory? _first;

    public AlignedMemory Rent()
    {
        if (Interlocked.Exchange(ref _first, null) is { } first)
            return first;
        lock (_gate)
        {
            if (_count > 0)
                return _free[--_count]!;
        }

        return new AlignedMemory(Math.Max(bytes, AlignedMemory.Alignment));
    }

    public void Return(AlignedMemory memory)
    {
        if (Interlocked.CompareExchange(ref _first, memory, null) is null)
            return;
        lock (_gate)
        {
            if (_count == _free.Length)
                Array.Resize(ref _free, 2 * _count);
            _free[_count++] = memory;
        }
    }
}
