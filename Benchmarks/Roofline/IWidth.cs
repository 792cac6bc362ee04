namespace CompileTime.Benchmarks.Roofline;

/// <summary>
/// The instructions that kernels are made of, for vectors of one width. Vectors are of bytes; the names tell how they are read.
/// </summary>
/// <typeparam name="TVector">Such a vector.</typeparam>
internal unsafe interface IWidth<TVector>
    where TVector : unmanaged
{
    static abstract TVector Ones { get; }

    static abstract TVector Broadcast(byte* four);

    /// <summary>vpmaddubsw.</summary>
    static abstract TVector MultiplyBytes(TVector inputs, TVector weights);

    /// <summary>vpmaddwd.</summary>
    static abstract TVector MultiplyWords(TVector left, TVector right);

    static abstract TVector AddWords(TVector left, TVector right);

    static abstract TVector AddInts(TVector left, TVector right);

    static abstract TVector UnpackLow(TVector left, TVector right);

    static abstract TVector UnpackHigh(TVector left, TVector right);

    static abstract TVector Or(TVector left, TVector right);
}
