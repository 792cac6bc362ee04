namespace CompileTime;

/// <summary>How <see cref="Trainer.LoadSafetensors"/> treats names and what does not fit.</summary>
public sealed record SafetensorsOptions
{
    /// <summary>
    /// Whether every parameter must be in the file and every tensor of the file in the network, each in its shape, as in PyTorch's
    /// load_state_dict. Otherwise what fits is loaded, and the report says what does not. Default true.
    /// </summary>
    public bool Strict { get; init; } = true;

    /// <summary>
    /// From a name in the file to one of <see cref="Trainer.ParameterNames"/>, or null to leave the tensor out. Default: the same name. For
    /// a dictionary: <c>name => dictionary.GetValueOrDefault(name, name)</c>.
    /// </summary>
    public Func<string, string?>? Rename { get; init; }
}
