using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace CompileTime.Tests.Onnx;

/// <summary>An exported file as ONNX Runtime, which knows nothing of this project, understands it.</summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly int[] _shape;

    public OnnxSession(byte[] model, GraphOptimizationLevel optimization)
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = optimization, IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        _session = new InferenceSession(model, options);
        _shape = _session.InputMetadata["input"].Dimensions;
        Assert.Equal(-1, _shape[0]);
    }

    public float[] Run(float[] samples, int batch)
    {
        int[] shape = [batch, .. _shape[1..]];
        using var results = _session.Run([NamedOnnxValue.CreateFromTensor("input", new DenseTensor<float>(samples, shape))]);
        return results.Single(result => result.Name == "output").AsTensor<float>().ToArray();
    }

    public void Dispose() => _session.Dispose();
}
