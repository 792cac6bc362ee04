namespace CompileTime.Models.Coding;

/// <summary>
/// One side of the entropy coder. What is modelled is written once, for both directions: the encoder codes the bits it is given, the
/// decoder ignores them and answers with those it finds.
/// </summary>
internal interface IBitCoder
{
    /// <summary>Codes one bit that is 1 with a probability that both sides know.</summary>
    /// <param name="bit">0 or 1; ignored when decoding.</param>
    /// <param name="probability">Of a 1, in 1/65536; within <see cref="Logistic.MinProbability"/> of neither end.</param>
    /// <returns>The bit.</returns>
    int Code(int bit, int probability);

    /// <summary>Codes bits about which nothing is known.</summary>
    /// <param name="value">Less than 2^<paramref name="count"/>; ignored when decoding.</param>
    /// <param name="count">At most 16.</param>
    /// <returns>The value.</returns>
    int CodeRaw(int value, int count);
}
