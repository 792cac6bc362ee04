namespace CompileTime.Inference;

/// <summary>
/// Scratch memory for concurrent predictions: as many buffers as predictions ever ran at once, at most two per core kept.
/// Renting and returning allocate nothing once the buffers exist.
/// </summary>
internal sealed class ScratchPool(int bytes)
{
    private readonly AlignedMemory?[] _free = new AlignedMemory?[2 * Environment.ProcessorCount];

    public AlignedMemory Rent()
    {
        for (var i = 0; i < _free.Length; i++)
        {
            if (_free[i] is not null && Interlocked.Exchange(ref _free[i], null) is { } memory)
                return memory;
        }

        return new AlignedMemory(Math.Max(bytes, AlignedMemory.Alignment));
    }

    public void Return(AlignedMemory memory)
    {
        for (var i = 0; i < _free.Length; i++)
        {
            if (_free[i] is null && Interlocked.CompareExchange(ref _free[i], memory, null) is null)
                return;
        }
    }
}
