using CompileTime.Benchmarks.Compiled;
using CompileTime.Benchmarks.Networks;
using CompileTime.Benchmarks.Peers;
using CompileTime.Inference;
using CompileTime.Onnx;
using Sample.Measure;

namespace CompileTime.Benchmarks.Compare;

/// <summary>Races a generated engine against ONNX Runtime on the same network in one process, on one thread.</summary>
internal static class Comparison
{
    public static IEnumerable<Measurement> Run(BenchmarkNetwork network, Variant variant, IReadOnlyList<int> batches, int rounds,
        CancellationToken cancellationToken)
    {
        var prepared = PreparedNetwork.Create(network, variant);
        var engine = NetworkCompiler.Compile(prepared.Model);
        var folder = Directory.CreateTempSubdirectory("compiletime-compare-");
        try
        {
            var (int8, floats) = (Path.Combine(folder.FullName, "int8.onnx"), Path.Combine(folder.FullName, "float.onnx"));
            prepared.Model.ExportOnnx(int8);
            using (var stream = File.Create(floats))
                QuantizedExport.RunInFloat(network.Name, prepared.Model.Model).CopyTo(stream);
            foreach (var batch in batches)
                yield return Race(network, variant, prepared, engine, int8, floats, batch, rounds, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Measurement Race(BenchmarkNetwork network, Variant variant, PreparedNetwork prepared, InferenceEngine engine,
        string int8, string floats, int batch, int rounds, CancellationToken cancellationToken)
    {
        var samples = PreparedNetwork.Samples(engine.InputLength, batch);
        var output = new float[batch * engine.OutputLength];
        using var peer = new OnnxPeer(int8, batch, samples, engine.OutputLength);
        using var floatPeer = new OnnxPeer(floats, batch, samples, engine.OutputLength);
        var times = Timing.Race(rounds, [_ => engine.PredictBatch(samples, output), _ => peer.Run(), _ => floatPeer.Run()],
            cancellationToken);
        return new Measurement(network.Name, variant.Name, batch, prepared.Macs, PerSample(times[0]), PerSample(times[1]),
            PerSample(times[2]));

        Spread PerSample(Spread time) => new(time.Median / batch, time.LowerQuartile / batch, time.UpperQuartile / batch);
    }
}
