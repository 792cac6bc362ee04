using System.ComponentModel;
using System.Reflection;
using CompileTime.Models;
using CompileTime.Shared;

namespace CompileTime.Inference;

/// <summary>Makes the engine of a generated class: from the weights embedded in its assembly, or from an artifact on disk.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ModelLoader
{
    /// <summary>The compiled-in weights with the best instruction set at hand.</summary>
    /// <param name="assembly">The assembly that the class was compiled into.</param>
    /// <param name="resource">The name of the weights in it.</param>
    /// <param name="manifest">The manifest that the class was compiled from.</param>
    /// <param name="create">The class's own engine.</param>
    /// <exception cref="InvalidOperationException">The weights are not in the assembly.</exception>
    /// <exception cref="InvalidDataException">They are not the ones that the class was compiled from.</exception>
    public static unsafe InferenceEngine FromResource(Assembly assembly, string resource, string manifest,
        Func<NetworkData, InstructionSet, InferenceEngine> create)
    {
        using var stream = assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException(
            $"The weights '{resource}' are not embedded in {assembly.GetName().Name}. The package's targets embed Models/**/*.ctw; "
            + "is there a .ctw file beside the .ctm, and is it excluded from EmbeddedResource?");
        // Embedded resources lie in mapped memory: nothing is copied before the weights are unpacked.
        var blob = stream is UnmanagedMemoryStream mapped
            ? new ReadOnlySpan<byte>(mapped.PositionPointer, checked((int)mapped.Length))
            : ReadAll(stream);
        return create(new NetworkData(Artifact.Read(manifest, blob, resource).Model), InstructionSets.Best);
    }

    /// <summary>The weights of an artifact on disk, in the class's own code where that fits, in the interpreter otherwise.</summary>
    /// <param name="path">Path of the <c>.ctm</c> file.</param>
    /// <param name="definition">Text of the class's definition.</param>
    /// <param name="manifest">The manifest that the class was compiled from; null when it has no code yet.</param>
    /// <param name="create">The class's own engine; null when it has no code yet.</param>
    /// <param name="instructionSet">The most that may be used.</param>
    /// <exception cref="FileNotFoundException">There is no such artifact.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or another network's.</exception>
    /// <exception cref="PlatformNotSupportedException">The processor lacks the instruction set.</exception>
    public static InferenceEngine FromFile(string path, string definition, string? manifest,
        Func<NetworkData, InstructionSet, InferenceEngine>? create, InstructionSet instructionSet)
    {
        if (instructionSet > InstructionSets.Best)
            throw new PlatformNotSupportedException($"This processor offers {InstructionSets.Best} at most, not {instructionSet}.");
        var expected = DefinitionText.Read(definition, 1, out _)!;
        var artifact = ArtifactReader.Read(path, manifest => Check(manifest, expected, path));
        if (create is not null && ManifestText.Read(manifest!, out _) is { } compiled
            && Architecture.SameCode(compiled.Network, artifact.Manifest.Network))
            return create(new NetworkData(artifact.Model), instructionSet);
        return new InterpretedEngine(artifact.Model, expected.InputScale, expected.InputOffset);
    }

    // Before the weights are read: a stranger's file takes no more memory than the class's own network.
    private static void Check(Manifest manifest, NetworkDefinition expected, string path)
    {
        if (!Architecture.Same(expected, manifest.Definition))
        {
            throw new InvalidDataException(
                $"'{path}' holds another network than {expected.ModelName} declares: it was trained as {manifest.Definition.ModelName}"
                + " with other layers. Train this model and save it, or load the artifact that belongs to it.");
        }

        if (!Architecture.IsWithin(expected, manifest.Network))
        {
            throw new InvalidDataException(
                $"'{path}': the quantized network is larger than {expected.ModelName} becomes when it is converted: the file is damaged.");
        }
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
