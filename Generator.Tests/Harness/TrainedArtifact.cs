using CompileTime.Models;
using CompileTime.Shared;
using CompileTime.Tests.Quantization;

namespace CompileTime.Generator.Tests.Harness;

/// <summary>
/// Artifacts as users make them: declared, trained, converted. A few samples do: what matters is every line of the manifest.
/// </summary>
internal static class TrainedArtifact
{
    /// <param name="definition">Text of the network's definition.</param>
    /// <param name="prune">How it is pruned; null for as declared.</param>
    /// <param name="isValidated">Whether an accuracy is recorded: 98 %.</param>
    public static string Manifest(string definition, Action<Trainer>? prune = null, bool isValidated = true)
    {
        var trainer = new Trainer(definition, 1);
        var data = Networks.Data(trainer.Definition.InputShape.Elements, 4);
        trainer.Fit(data);
        if (prune is not null)
            prune(trainer);
        else if (trainer.Definition.Layers.Any(layer => layer.Prune is not null))
            trainer.Prune();
        trainer.Calibrate(data);
        var model = trainer.Convert();
        return Artifact.Write(model.Definition, model.Model, 10, isValidated ? [new ValidationEntry("int8", 0.98)] : []).Manifest;
    }
}
