using Sample.Networks;
using Sample.Pipeline;

namespace Sample.Measure;

/// <summary>One row of docs/results.md.</summary>
/// <param name="Data">The images.</param>
/// <param name="Network">The network.</param>
/// <param name="Compressed">What was trained.</param>
/// <param name="FloatTime">Per prediction of the float network.</param>
/// <param name="Int8Time">Per prediction of the generated class.</param>
/// <param name="TrainingImages">Images in one epoch.</param>
internal sealed record Result(
    string Data,
    SampleNetwork Network,
    Compressed Compressed,
    Spread FloatTime,
    Spread Int8Time,
    int TrainingImages);
