using System.Collections.Generic;

namespace CompileTime.Shared;

/// <summary>One accuracy as measured by <c>Validate</c>: <c>float</c>, <c>pruned</c> or <c>int8</c>.</summary>
internal sealed record ValidationEntry(string Stage, double Accuracy);

/// <summary>
/// The text half of an artifact (<c>.ctm</c>): everything but the weights' values. <see cref="ManifestText"/> is its grammar.
/// </summary>
internal sealed record Manifest
{
    public const int Version = 1;

    /// <summary>The declaration this was trained from.</summary>
    public required NetworkDefinition Definition { get; init; }

    /// <summary><see cref="DefinitionText"/> of <see cref="Definition"/>, to compare with the class's.</summary>
    public required string DefinitionText { get; init; }

    public required QuantizedNetwork Network { get; init; }

    /// <summary>Bytes of the blob (<c>.ctw</c>).</summary>
    public required long BlobBytes { get; init; }

    /// <summary>SHA-256 of the blob, 64 lower-case hexadecimal digits: a build compares the file with it.</summary>
    public required string BlobSha256 { get; init; }

    /// <summary>SHA-256 of all that the manifest says besides, the weights' length and hash included: a scale that was edited would be as
    /// wrong as a weight, or as another network's.</summary>
    public required string FactsSha256 { get; init; }

    /// <summary>Samples the accuracies below were measured on; 0 when the model was never validated.</summary>
    public int ValidationSamples { get; init; }

    public IReadOnlyList<ValidationEntry> Validation { get; init; } = [];
}
