namespace CompileTime.Inference;

/// <summary>Many samples by many threads. Each thread borrows scratch memory as a single prediction does; the answers are the same.</summary>
public abstract unsafe partial class InferenceEngine
{
    // Parts are small enough that threads end together and cancellation is soon, large enough that handing them out costs nothing.
    private const int PartsPerThread = 8;
    private const int MostSamplesOfPart = 4096;

    /// <summary>Predicts any whole number of samples with several threads.</summary>
    /// <param name="inputs">Samples, each <see cref="InputLength"/> finite values.</param>
    /// <param name="outputs">Receives <see cref="OutputLength"/> values for each.</param>
    /// <param name="options">How many threads, and when to stop.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a value is NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; some results are written.</exception>
    public void PredictBatch(ReadOnlySpan<float> inputs, Span<float> outputs, ParallelOptions options)
    {
        var samples = CheckMany(inputs.Length, outputs.Length);
        var firstBad = int.MaxValue;
        var gate = new Lock();
        fixed (float* input = inputs)
        fixed (float* output = outputs)
        {
            var (source, result) = ((nint)input, (nint)output); // lambdas take no pointers
            InParts(samples, options, (from, count) =>
            {
                var bad = RunMany((float*)source + ((long)from * InputLength), (float*)result + ((long)from * OutputLength), count);
                if (bad < 0)
                    return;
                lock (gate)
                    firstBad = Math.Min(firstBad, from + bad);
            });
        }

        GC.KeepAlive(this);
        if (firstBad != int.MaxValue)
            throw NotFinite(inputs, firstBad);
    }

    /// <summary>Predicts any whole number of samples of stored bytes with several threads.</summary>
    /// <param name="inputs">Samples, each <see cref="InputLength"/> bytes.</param>
    /// <param name="outputs">Receives <see cref="OutputLength"/> values for each.</param>
    /// <param name="options">How many threads, and when to stop.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; some results are written.</exception>
    public void PredictBatch(ReadOnlySpan<byte> inputs, Span<float> outputs, ParallelOptions options)
    {
        CheckBytes();
        var samples = CheckMany(inputs.Length, outputs.Length);
        fixed (byte* input = inputs)
        fixed (float* output = outputs)
        {
            var (source, result) = ((nint)input, (nint)output);
            InParts(samples, options, (from, count) =>
                RunMany((byte*)source + ((long)from * InputLength), (float*)result + ((long)from * OutputLength), count));
        }

        GC.KeepAlive(this);
    }

    private void InParts(int samples, ParallelOptions options, Action<int, int> run)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.CancellationToken.ThrowIfCancellationRequested();
        var threads = options.MaxDegreeOfParallelism > 0
            ? Math.Min(options.MaxDegreeOfParallelism, Environment.ProcessorCount)
            : Environment.ProcessorCount;
        var size = Math.Clamp(samples / (PartsPerThread * threads), 1, MostSamplesOfPart);

        // Whole batches, where the network has code for batches.
        if (_batchSamples <= size)
            size -= size % _batchSamples;
        else if (_batchSamples <= samples / threads)
            size = _batchSamples;
        Parallel.For(0, (int)(((long)samples + size - 1) / size), options, part => run(part * size, Math.Min(size, samples - (part * size))));
    }
}
