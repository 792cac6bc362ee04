using CompileTime.Shared;

namespace CompileTime;

public sealed partial class CompressedModel
{
    private int _validationSamples;
    private IReadOnlyList<ValidationEntry> _validation = [];
}
