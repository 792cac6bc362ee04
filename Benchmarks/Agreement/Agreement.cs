using CompileTime.Benchmarks.Compiled;
using CompileTime.Benchmarks.Peers;

namespace CompileTime.Benchmarks.Agreement;

/// <summary>How ONNX Runtime's results for an exported int8 network compare with those of generated code.</summary>
/// <param name="Ours">The answer for each sample: which result is the largest.</param>
/// <param name="Theirs">The same of ONNX Runtime.</param>
/// <param name="DifferentShare">Share of the results that are not the same byte.</param>
/// <param name="MostSteps">By how many steps of the output's scale a result differs at most.</param>
/// <param name="LargestMargin">Where answers differ, by how many steps generated code puts its own above ONNX Runtime's, at most.</param>
internal sealed record Agreement(
    IReadOnlyList<int> Ours, IReadOnlyList<int> Theirs, double DifferentShare, double MostSteps, double LargestMargin)
{
    private const double LeastProbability = 1e-30;

    /// <summary>Samples for which the answers differ.</summary>
    public int OtherAnswers => Ours.Zip(Theirs).Count(pair => pair.First != pair.Second);

    /// <param name="model">The network.</param>
    /// <param name="inputs">Samples, behind each other.</param>
    public static Agreement Of(CompressedModel model, float[] inputs)
    {
        var engine = NetworkCompiler.Compile(model);
        var samples = inputs.Length / engine.InputLength;
        var ours = new float[samples * engine.OutputLength];
        engine.PredictBatch(inputs, ours);
        return Compare(ours, RunOnnx(model, inputs, samples, engine.OutputLength), engine.OutputLength, model.Model.Network);
    }

    private static float[] RunOnnx(CompressedModel model, float[] inputs, int samples, int outputLength)
    {
        var folder = Directory.CreateTempSubdirectory("compiletime-agreement-");
        try
        {
            var file = Path.Combine(folder.FullName, "int8.onnx");
            model.ExportOnnx(file);
            using var peer = new OnnxPeer(file, samples, inputs, outputLength);
            peer.Run();
            return peer.Output;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Agreement Compare(float[] ours, float[] theirs, int outputs, Shared.QuantizedNetwork network)
    {
        var (answers, others) = (new int[ours.Length / outputs], new int[ours.Length / outputs]);
        var (different, most, margin) = (0, 0.0, 0.0);
        for (var sample = 0; sample < answers.Length; sample++)
        {
            var (our, their) = (Steps(ours, sample), Steps(theirs, sample));
            for (var i = 0; i < outputs; i++)
            {
                var steps = Math.Abs(our[i] - their[i]);
                different += steps > 0 ? 1 : 0;
                most = Math.Max(most, steps);
            }

            (answers[sample], others[sample]) = (Array.IndexOf(our, our.Max()), Array.IndexOf(their, their.Max()));
            margin = Math.Max(margin, our[answers[sample]] - our[others[sample]]);
        }

        return new Agreement(answers, others, (double)different / ours.Length, most, margin);

        // Of probabilities their logarithms, relative to the largest: that is what went into Softmax, in whole steps. Below the least a
        // float32 does not tell them exactly enough.
        double[] Steps(float[] results, int sample)
        {
            var values = results.AsSpan(sample * outputs, outputs).ToArray();
            var real = network.Softmax
                ? Array.ConvertAll(values, value => Math.Log(Math.Max(value, LeastProbability) / values.Max()))
                : Array.ConvertAll(values, value => (double)value);
            return Array.ConvertAll(real, value => Math.Round(value / network.Output.Scale));
        }
    }
}
