using System.Runtime.InteropServices;

namespace CompileTime.Inference;

/// <summary>Zeroed native memory, aligned to a cache line and to the widest vector; freed with its last reference.</summary>
internal sealed unsafe class AlignedMemory
{
    public const int Alignment = 64;

    public AlignedMemory(long bytes)
    {
        Pointer = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        NativeMemory.Clear(Pointer, (nuint)bytes);
        Bytes = bytes;
        GC.AddMemoryPressure(bytes);
    }

    ~AlignedMemory()
    {
        // Finalized also when the constructor found no memory.
        if (Pointer is null)
            return;
        NativeMemory.AlignedFree(Pointer);
        GC.RemoveMemoryPressure(Bytes);
    }

    public byte* Pointer { get; }

    public long Bytes { get; }

    public static long RoundUp(long bytes) => (bytes + Alignment - 1) & -Alignment;
}
