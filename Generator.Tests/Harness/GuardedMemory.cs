using System.Reflection;
using System.Runtime.InteropServices;
using CompileTime.Inference;

namespace CompileTime.Generator.Tests.Harness;

/// <summary>
/// Memory between two pages that nobody may touch: a kernel that reads or writes one byte before or behind it ends the process. Linux only.
/// </summary>
internal sealed unsafe class GuardedMemory : IDisposable
{
    private const int None = 0, ReadWrite = 3, PrivateAnonymous = 0x22;

    private readonly nint _start;
    private readonly nuint _length;
    private readonly nint _inner;
    private readonly nuint _innerLength;

    /// <param name="bytes">What must fit.</param>
    public GuardedMemory(long bytes)
    {
        var page = (nuint)Environment.SystemPageSize;
        _innerLength = (((nuint)bytes + page - 1) / page * page) + (bytes == 0 ? page : 0);
        _length = _innerLength + (2 * page);
        _start = mmap(0, _length, None, PrivateAnonymous, -1, 0);
        _inner = _start + (nint)page;
        if (_start == -1 || mprotect(_inner, _innerLength, ReadWrite) != 0)
            throw new InvalidOperationException($"No guarded memory of {bytes} bytes: error {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>Room for so many numbers, at the very end or at the very beginning.</summary>
    public Span<T> Span<T>(int count, bool atEnd)
        where T : unmanaged =>
        new((byte*)_inner + (atEnd ? (nint)_innerLength - (count * sizeof(T)) : 0), count);

    public void Dispose() => _ = munmap(_start, _length);

    /// <summary>
    /// Moves the packed weights of an engine, and the scratch memory of its next prediction, to the end of guarded memory each. What is
    /// returned must outlive the engine's last prediction.
    /// </summary>
    public static IReadOnlyList<IDisposable> Around(InferenceEngine engine)
    {
        var pool = (ScratchPool)Field(typeof(InferenceEngine), "_scratch").GetValue(engine)!;
        var (weights, scratch) = ((AlignedMemory)Field(typeof(InferenceEngine), "_weights").GetValue(engine)!, pool.Rent());
        pool.Return(scratch);
        List<IDisposable> guards = [Move(weights), Move(scratch)];
        if (Field(typeof(InferenceEngine), "_batch").GetValue(engine) is InferenceEngine batch)
            guards.AddRange(Around(batch));
        return guards;
    }

    private static GuardedMemory Move(AlignedMemory memory)
    {
        // Aligned as the kernels rely on, so up to 63 bytes may be between the end and the guard.
        var bytes = AlignedMemory.RoundUp(memory.Bytes);
        var guarded = new GuardedMemory(bytes);
        var room = guarded.Span<byte>((int)bytes, atEnd: true);
        new ReadOnlySpan<byte>(memory.Pointer, (int)memory.Bytes).CopyTo(room);
        GC.SuppressFinalize(memory); // which would free what it has now
        NativeMemory.AlignedFree(memory.Pointer);
        fixed (byte* start = room)
            Field(typeof(AlignedMemory), "<Pointer>k__BackingField").SetValue(memory, Pointer.Box(start, typeof(byte*)));
        return guarded;
    }

    private static FieldInfo Field(Type type, string name) => type.GetField(name, BindingFlags.NonPublic | BindingFlags.Instance)!;

    [DllImport("libc", SetLastError = true)]
    private static extern nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", SetLastError = true)]
    private static extern int mprotect(nint address, nuint length, int protection);

    [DllImport("libc")]
    private static extern int munmap(nint address, nuint length);
}
