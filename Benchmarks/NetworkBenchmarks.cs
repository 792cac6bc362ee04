using BenchmarkDotNet.Attributes;
using CompileTime.Benchmarks.Compiled;
using CompileTime.Benchmarks.Networks;
using CompileTime.Benchmarks.Peers;
using CompileTime.Inference;

namespace CompileTime.Benchmarks;

/// <summary>For the record, and for allocations: the same contenders under BenchmarkDotNet. Ratios come from <c>compare</c>.</summary>
[MemoryDiagnoser]
public class NetworkBenchmarks
{
    private InferenceEngine _engine = null!;
    private OnnxPeer _peer = null!;
    private float[] _samples = [];
    private float[] _output = [];

    /// <summary>Name of the network.</summary>
    [ParamsSource(nameof(Networks))]
    public string Network { get; set; } = "";

    /// <summary>How it is pruned.</summary>
    [Params("dense", "90 %")]
    public string Pruned { get; set; } = "";

    /// <summary>Samples a call.</summary>
    [Params(1, 64)]
    public int Batch { get; set; }

    /// <summary>All networks.</summary>
    public static IEnumerable<string> Networks => BenchmarkNetwork.All.Select(network => network.Name);

    /// <summary>Prunes, quantizes and compiles the network.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var prepared = PreparedNetwork.Create(BenchmarkNetwork.All.Single(network => network.Name == Network),
            Variant.All.Single(variant => variant.Name == Pruned));
        _engine = NetworkCompiler.Compile(prepared.Model);
        _samples = PreparedNetwork.Samples(_engine.InputLength, Batch);
        _output = new float[Batch * _engine.OutputLength];
        var path = Path.GetTempFileName();
        prepared.Model.ExportOnnx(path);
        _peer = new OnnxPeer(path, Batch, _samples, _engine.OutputLength);
        File.Delete(path);
    }

    /// <summary>Frees the peer.</summary>
    [GlobalCleanup]
    public void Cleanup() => _peer.Dispose();

    /// <summary>The generated engine.</summary>
    [Benchmark(Baseline = true)]
    public void CompileTime() => _engine.PredictBatch(_samples, _output);

    /// <summary>ONNX Runtime on the exported int8 network.</summary>
    [Benchmark]
    public void OnnxRuntimeInt8() => _peer.Run();
}
