using CompileTime.Generator.Tests.Inference;
using CompileTime.Models;
using CompileTime.Onnx;
using CompileTime.Reference;
using CompileTime.Shared;
using CompileTime.Tests.Quantization;
using Microsoft.ML.OnnxRuntime;

namespace CompileTime.Tests.Onnx;

/// <summary>What ONNX Runtime computes from an exported int8 network is what the interpreter computes, but for rounding.</summary>
public class QuantizedExportTests
{
    private const int Samples = 4;

    /// <summary>
    /// Operators of random networks one by one, on random bytes. The bias is rounded to half a unit of the sum, and ONNX Runtime
    /// multiplies by one reciprocal where FBGEMM divides: a result may fall on the other side of a tie, which is one step, and rare.
    /// </summary>
    [Fact]
    public void Single_operators_differ_by_one_step_at_most_and_rarely()
    {
        var (compared, different, operators) = (0, 0, new HashSet<QuantizedOp>());
        for (var seed = 0; seed < 60; seed++)
        {
            var model = RandomNetworks.Create(seed, isMixed: false);
            for (var i = 1; i < model.Network.Nodes.Count; i++)
            {
                var node = model.Network.Nodes[i];
                if (node.Inputs.Count != 1
                    || node is { Op: QuantizedOp.AvgPool2d, CeilMode: true } or { Op: QuantizedOp.AdaptiveAvgPool2d })
                    continue;
                var input = model.Network.Nodes[node.Inputs[0]] with
                {
                    Name = "input", Op = QuantizedOp.Quantize, Inputs = [], Window = null, Weight = null, Relu = false, Vector = null,
                };
                var single = new QuantizedModel(new QuantizedNetwork { Nodes = [input, node with { Inputs = [0] }] },
                    [null, model.Weights[i]]);
                foreach (var (ours, theirs) in Steps(single, seed))
                {
                    Assert.InRange(Math.Abs(ours - theirs), 0, 1);
                    compared++;
                    different += ours == theirs ? 0 : 1;
                }

                operators.Add(node.Op);
            }
        }

        Assert.Superset(
            new HashSet<QuantizedOp>
            {
                QuantizedOp.Linear, QuantizedOp.Conv2d, QuantizedOp.MaxPool2d, QuantizedOp.AvgPool2d, QuantizedOp.ReLU, QuantizedOp.ReLU6,
            },
            operators);

        // Only near-ties differ, by the bias that ONNX rounds to int32: of sums of hundreds and more, that is less than one in a hundred.
        Assert.InRange((double)different / compared, 0, 0.01);
    }

    [Theory]
    [InlineData(Networks.Mlp, 6)]
    [InlineData(Networks.Graph, 128)]
    [InlineData(Networks.Residual, 64)]
    public void Whole_networks_decide_alike(string text, int length)
    {
        var trainer = Networks.Trained(text, length);
        if (text.Contains("prune="))
            trainer.Prune();
        trainer.Calibrate(Networks.Data(length, 100));
        var model = trainer.Convert();
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "model.onnx");
        model.ExportOnnx(path);
        using var session = new OnnxSession(File.ReadAllBytes(path), GraphOptimizationLevel.ORT_ENABLE_ALL);
        var data = Networks.Data(length, 200, seed: 8);
        var output = new float[model.OutputLength];
        for (var i = 0; i < 200; i++)
        {
            var sample = new float[length];
            data.CopySample(i, model.Definition, sample);
            model.Predict(sample, output);
            var theirs = session.Run(sample, 1);
            var best = Array.IndexOf(output, output.Max());
            var chosen = Array.IndexOf(theirs, theirs.Max());
            // Near-ties: what they chose is ours but for two steps (in softmax's terms, of a probability).
            var slack = model.Model.Network.Softmax ? 0.02f : 2 * model.Model.Network.Output.Scale;
            Assert.True(best == chosen || output[best] - output[chosen] <= slack, $"sample {i}: {output[best]} against {output[chosen]}");
        }
    }

    /// <summary>Bytes of the interpreter beside those that ONNX Runtime's result stands for.</summary>
    private static IEnumerable<(int Ours, int Theirs)> Steps(QuantizedModel model, int seed)
    {
        var (input, output) = (model.Network.Input, model.Network.Output);
        var random = new Random(seed);
        var samples = new float[Samples * model.InputLength];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (random.Next(256) - input.ZeroPoint) * input.Scale;
        using var stream = new MemoryStream();
        QuantizedExport.Run("Test", model).CopyTo(stream);
        using var session = new OnnxSession(stream.ToArray(), GraphOptimizationLevel.ORT_DISABLE_ALL);
        var theirs = session.Run(samples, Samples);
        for (var sample = 0; sample < Samples; sample++)
        {
            var ours = Interpreter.Trace(model, samples.AsSpan(sample * model.InputLength, model.InputLength))[^1];
            for (var i = 0; i < ours.Length; i++)
            {
                var value = theirs[(sample * ours.Length) + i];
                yield return (ours[i], (int)MathF.Round(value / output.Scale) + output.ZeroPoint);
            }
        }
    }
}
