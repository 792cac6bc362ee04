using System.Runtime.CompilerServices;

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

    // The one that a single thread takes and returns without a lock, and whether it is taken: so returning it is no more than a store.
    private AlignedMemory? _first;
    private int _isTaken;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public AlignedMemory Rent() => Interlocked.Exchange(ref _isTaken, 1) == 0 ? _first ?? MakeFirst() : RentAnother();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Return(AlignedMemory memory)
    {
        if (memory == _first)
            Volatile.Write(ref _isTaken, 0);
        else
            ReturnAnother(memory);
    }

    private AlignedMemory Make() => new(Math.Max(bytes, AlignedMemory.Alignment));

    private AlignedMemory MakeFirst()
    {
        try
        {
            return _first = Make();
        }
        catch
        {
            Volatile.Write(ref _isTaken, 0);
            throw;
        }
    }

    private AlignedMemory RentAnother()
    {
        lock (_gate)
        {
            if (_count > 0)
                return _free[--_count]!;
        }

        return Make();
    }

    private void ReturnAnother(AlignedMemory memory)
    {
        lock (_gate)
        {
            if (_count == _free.Length)
                Array.Resize(ref _free, 2 * _count);
            _free[_count++] = memory;
        }
    }
}
