using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace CompileTime.Benchmarks.Peers;

/// <summary>
/// ONNX Runtime at its best on one thread: all optimizations, the batch known, memory allocated beforehand, and of its two ways to be
/// called (bound memory, or values given with the call) the one that is faster here.
/// </summary>
internal sealed class OnnxPeer : IDisposable
{
    private static readonly TimeSpan s_trial = TimeSpan.FromMilliseconds(150);
    private static readonly string[] s_inputs = ["input"];
    private static readonly string[] s_outputs = ["output"];

    private readonly RunOptions _options = new();
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly OrtValue[] _input;
    private readonly OrtValue[] _output;
    private readonly bool _bound;

    /// <param name="model">An ONNX file that was exported here.</param>
    /// <param name="batch">Samples a call.</param>
    /// <param name="samples">The input of all of them.</param>
    /// <param name="outputLength">Values of one result.</param>
    /// <param name="optimized">Where to write the optimized graph; null for nowhere.</param>
    public OnnxPeer(string model, int batch, float[] samples, int outputLength, string? optimized = null)
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddFreeDimensionOverrideByName("N", batch);
        if (optimized is not null)
            options.OptimizedModelFilePath = optimized;
        _session = new InferenceSession(model, options);
        var shape = Array.ConvertAll(_session.InputMetadata["input"].Dimensions, size => (long)size);
        shape[0] = batch;
        Output = new float[batch * outputLength];
        var outputShape = Array.ConvertAll(_session.OutputMetadata["output"].Dimensions, size => (long)size);
        outputShape[0] = batch;
        _input = [OrtValue.CreateTensorValueFromMemory(samples, shape)];
        _output = [OrtValue.CreateTensorValueFromMemory(Output, outputShape)];
        _binding = _session.CreateIoBinding();
        _binding.BindInput("input", _input[0]);
        _binding.BindOutput("output", _output[0]);
        _bound = Rate(RunBound) >= Rate(RunGiven);
    }

    /// <summary>The results of the last call.</summary>
    public float[] Output { get; }

    public void Run()
    {
        if (_bound)
            RunBound();
        else
            RunGiven();
    }

    public void Dispose()
    {
        _binding.Dispose();
        _input[0].Dispose();
        _output[0].Dispose();
        _session.Dispose();
        _options.Dispose();
    }

    private void RunBound() => _session.RunWithBinding(_options, _binding);

    private void RunGiven() => _session.Run(_options, s_inputs, _input, s_outputs, _output);

    private static double Rate(Action run)
    {
        run();
        var start = Stopwatch.GetTimestamp();
        var calls = 0;
        while (Stopwatch.GetElapsedTime(start) < s_trial)
        {
            run();
            calls++;
        }

        return calls / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
