using System.Text;

namespace CompileTime;

/// <summary>A tensor that has a parameter of its name, but cannot be its value.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Problem">What the tensor is, and what it should be.</param>
public sealed record SafetensorsMismatch(string Name, string Problem);

/// <summary>What of a safetensors file went into a network, and what did not; as PyTorch's missing_keys and unexpected_keys.</summary>
public sealed class SafetensorsReport
{
    private readonly string _title;

    internal SafetensorsReport(string title) => _title = title;

    /// <summary>Parameters that got their value from the file, in the order of the layers.</summary>
    public required IReadOnlyList<string> Loaded { get; init; }

    /// <summary>Parameters that the file does not have; they keep their values.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Tensors of the file that the network has no parameter for, by their names in the file.</summary>
    public required IReadOnlyList<string> Unexpected { get; init; }

    /// <summary>Parameters whose tensor has another shape, or no float type; they keep their values.</summary>
    public required IReadOnlyList<SafetensorsMismatch> Mismatched { get; init; }

    /// <summary>Whether nothing is missing, unexpected or mismatched.</summary>
    public bool IsComplete => Missing.Count == 0 && Unexpected.Count == 0 && Mismatched.Count == 0;

    /// <summary>Everything, a line each.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(_title).Append(": ").Append(Loaded.Count).Append(" parameters fit");
        AppendList(text, "missing in the file", Missing);
        AppendList(text, "not in the network", Unexpected);
        foreach (var (name, problem) in Mismatched)
            text.Append("\n  ").Append(name).Append(": ").Append(problem);
        return text.ToString();
    }

    private static void AppendList(StringBuilder text, string title, IReadOnlyList<string> names)
    {
        if (names.Count > 0)
            text.Append("\n  ").Append(title).Append(": ").AppendJoin(", ", names);
    }
}
