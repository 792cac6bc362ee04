namespace CompileTime;

/// <summary>What training minimises.</summary>
public enum Loss
{
    /// <summary>
    /// -log softmax(output)[label], the mean over the batch, as torch.nn.CrossEntropyLoss. Taken from the value before a final
    /// Softmax. Needs labels.
    /// </summary>
    CrossEntropy,

    /// <summary>(output - target)², the mean over batch and outputs, as torch.nn.MSELoss. Labels count as one-hot targets.</summary>
    MeanSquaredError,
}
