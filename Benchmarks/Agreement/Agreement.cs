using CompileTime.Benchmarks.Compiled;
using CompileTime.Benchmarks.Peers;

namespace CompileTime.Benchmarks.Agreement;

/// <summary>How ONNX Runtime's results for an exported int8 network compare with those of generated code.</summary>
/// <param name="Samples">How many were compared.</param>
/// <param name="DifferentShare">Share of the results that are not the same byte.</param>
/// <param name="MostSteps">By how many steps of the output's scale a result differs at most.</param>
/// <param name="OtherAnswers">Samples whose largest result is another one.</param>
/// <param name="Ties">Of these, those in which generated code gives both answers the same byte: the first of them is taken.</param>
/// <param name="LargestMargin">Of these, by how many steps generated code puts its own answer above ONNX Runtime's, at most.</param>
internal sealed record Agreement(int Samples, double DifferentShare, double MostSteps, int OtherAnswers, int Ties, double LargestMargin)
{
    private const double LeastProbability = 1e-30;

    /// <param name="model">The network.</param>
    /// <param name="inputs">Samples, behind each other.</param>
    public static Agreement Of(CompressedModel model, float[] inputs)
    {
        var engine = NetworkCompiler.Compile(model);
        var samples = inputs.Length / engine.InputLength;
        var ours = new float[samples * engine.OutputLength];
        engine.PredictBatch(inputs, ours);
        return Compare(ours, Theirs(model, inputs, samples, engine.OutputLength), engine.OutputLength, model.Model.Network);
    }

    private static float[] Theirs(CompressedModel model, float[] inputs, int samples, int outputLength)
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
        var samples = ours.Length / outputs;
        var (different, most, others, ties, margin) = (0, 0.0, 0, 0, 0.0);
        for (var sample = 0; sample < samples; sample++)
        {
            var (our, their) = (Steps(ours, sample), Steps(theirs, sample));
            for (var i = 0; i < outputs; i++)
            {
                var steps = Math.Abs(our[i] - their[i]);
                different += steps > 0 ? 1 : 0;
                most = Math.Max(most, steps);
            }

            var (answer, other) = (Array.IndexOf(our, our.Max()), Array.IndexOf(their, their.Max()));
            if (answer == other)
                continue;
            others++;
            ties += our[answer] == our[other] ? 1 : 0;
            margin = Math.Max(margin, our[answer] - our[other]);
        }

        return new Agreement(samples, (double)different / ours.Length, most, others, ties, margin);

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
