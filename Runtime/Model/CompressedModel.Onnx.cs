using CompileTime.Onnx;
using CompileTime.Training;

namespace CompileTime;

public sealed partial class CompressedModel
{
    /// <summary>
    /// Writes the int8 network as ONNX (operator set 17, QDQ form, batches of any size): input <c>input [N, ...]</c>, result
    /// <c>output [N, ...]</c>, both float32. Its results agree with <see cref="Predict(ReadOnlySpan{float}, Span{float})"/> but for
    /// near-ties, since ONNX rounds the bias to int32 and PyTorch does not. The file is complete or what was there before stays.
    /// </summary>
    /// <param name="path">The file, usually <c>.onnx</c>; its directory is created.</param>
    /// <exception cref="NotSupportedException">ONNX cannot say what an operator does; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void ExportOnnx(string path)
    {
        var graph = QuantizedExport.Run(ModelName, Model);
        AtomicFile.WriteInDirectory(path, graph.CopyTo);
    }
}
