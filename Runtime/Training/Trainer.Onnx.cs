using CompileTime.Onnx;
using CompileTime.Training;

namespace CompileTime;

public sealed partial class Trainer
{
    /// <summary>
    /// Writes the float network as it is now as ONNX (operator set 17, batches of any size): input <c>input [N, ...]</c>, result
    /// <c>output [N, ...]</c>, parameters by their PyTorch names. The file is complete or what was there before stays.
    /// </summary>
    /// <param name="path">The file, usually <c>.onnx</c>; its directory is created.</param>
    /// <exception cref="NotSupportedException">ONNX cannot say what a layer does; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidOperationException">A Fit is running.</exception>
    public void ExportOnnx(string path)
    {
        CheckIdle(nameof(ExportOnnx));
        var graph = FloatExport.Run(Network);
        AtomicFile.WriteInDirectory(path, graph.CopyTo);
    }
}
