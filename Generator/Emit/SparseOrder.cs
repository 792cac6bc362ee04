using System.Linq;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>
/// What becomes of a sparse kernel's sums: the bytes of up to 64 sorted outputs wait beside each other until all are there; then a permute
/// puts them into their places. They are packed as few times as can be, four positions of sixteen outputs together, or, where no four
/// positions are left, four times sixteen outputs of one. Only whole vectors are kept and read again, so that a load never waits for
/// several stores.
/// </summary>
/// <param name="node">The layer.</param>
/// <param name="isa">Its vectors.</param>
/// <param name="geometry">Its outputs.</param>
/// <param name="positions">Positions of a tile.</param>
internal sealed class SparseOrder(QuantizedNode node, Isa isa, SparseGeometry geometry, int positions)
{
    private const int Vector = 64;

    private readonly int _fours = positions / 4;

    // Vectors of one group of outputs.
    private int OfGroup => _fours + (positions % 4);

    private string Bytes => isa.Type("byte");

    public void Constants(CodeWriter code)
    {
        code.Line("var kept = stackalloc byte[" + Numbers.Text((4 * OfGroup * Vector) + Vector) + "];");
        code.Line("kept = (byte*)(((nuint)kept + 63) & ~(nuint)63);");
        for (var i = 0; i < geometry.VectorsOfFour && _fours > 0; i++)
            code.Line("var restore" + i + " = " + Table(geometry.Stretches + i) + ";");
    }

    /// <summary>The sums of a group, <c>sum0</c> to the last position's.</summary>
    public void Keep(CodeWriter code)
    {
        code.Line("var group = kept + ((output & 48) * " + Numbers.Text(OfGroup * Vector / 16) + ");");
        for (var p = 0; p < positions; p++)
            code.Line("var rounded" + p + " = " + OutputStageEmitter.Rounded(node, isa, "sum" + p, "bias", "multiplier") + ";");
        for (var four = 0; four < _fours; four++)
        {
            var first = 4 * four;
            using (code.Open(""))
            {
                OutputStageEmitter.Pack(code, isa, i => "rounded" + (first + i));
                code.Line("*(" + Bytes + "*)(group + " + Numbers.Text(four * Vector) + ") = packed;");
            }
        }

        for (var p = 4 * _fours; p < positions; p++)
            code.Line("*(" + isa.Type("int") + "*)(group + " + Numbers.Text((p - (3 * _fours)) * Vector) + ") = rounded" + p + ";");
    }

    /// <summary>All groups of a stretch are there.</summary>
    public void Store(CodeWriter code)
    {
        for (var four = 0; four < _fours; four++)
        {
            if (geometry.VectorsOfFour > 0)
                StoreVectors(code, four);
        }

        if (geometry.VectorsOfFour > 0 && positions % 4 == 0)
            return;
        code.Line("var stretch = output & -64;");
        code.Line("var restore = " + (geometry.Stretches == 1 ? Table(0)
            : "*(" + Bytes + "*)(block + " + Numbers.Text(geometry.RestoreOffset) + " + stretch)") + ";");
        for (var four = 0; four < _fours && geometry.VectorsOfFour == 0; four++)
            StoreFour(code, four);
        for (var p = 4 * _fours; p < positions; p++)
        {
            using (code.Open(""))
            {
                var vector = p - (3 * _fours);
                OutputStageEmitter.Pack(code, isa,
                    i => "(*(" + isa.Type("int") + "*)(kept + " + Numbers.Text(((i * OfGroup) + vector) * Vector) + "))");
                StorePosition(code, p, "packed");
            }
        }
    }

    // All outputs of four positions are as many vectors of memory as of sums.
    private void StoreVectors(CodeWriter code, int four)
    {
        for (var i = 0; i < geometry.VectorsOfFour; i++)
        {
            var to = "*(" + Bytes + "*)(to + " + Numbers.Text((four * 4 * geometry.Outputs) + (i * Vector)) + ")";
            code.Line(to + " = " + (geometry.VectorsOfFour == 1
                ? "Avx512Vbmi.PermuteVar64x8(" + Kept(0, four) + ", restore0);"
                : "Avx512Vbmi.PermuteVar64x8x2(" + Kept(0, four) + ", restore" + i + ", " + Kept(1, four) + ");"));
        }
    }

    // Four bytes of four positions by turns, of four groups: four bytes of four groups by turns, of four positions.
    private void StoreFour(CodeWriter code, int four)
    {
        using (code.Open(""))
        {
            foreach (var (name, a, b) in new[] { ("01", 0, 1), ("23", 2, 3) })
            {
                foreach (var half in new[] { "Low", "High" })
                {
                    code.Line("var " + half.ToLowerInvariant() + name + " = Avx512F.Unpack" + half + "(" + Kept(a, four) + ".AsInt32(), "
                        + Kept(b, four) + ".AsInt32()).AsInt64();");
                }
            }

            foreach (var position in Enumerable.Range(0, 4))
            {
                var half = position < 2 ? "low" : "high";
                StorePosition(code, (4 * four) + position,
                    "Avx512F.Unpack" + (position % 2 == 0 ? "Low" : "High") + "(" + half + "01, " + half + "23).AsByte()");
            }
        }
    }

    // A position's bytes of a stretch. What is stored past the last output is overwritten by the next position's, or nobody's.
    private void StorePosition(CodeWriter code, int position, string packed)
    {
        var to = "to + stretch + " + Numbers.Text(position * geometry.Outputs);
        var whole = "*(" + Bytes + "*)(" + to + ") = Avx512Vbmi.PermuteVar64x8(" + packed + ", restore);";
        var rest = geometry.Outputs % SparseGeometry.Sorted;
        if (geometry.Stretches == 1 || rest == 0)
        {
            code.Line(whole);
            return;
        }

        // The next position's first outputs are there already, so exactly the outputs that are left.
        using (code.Open("if (stretch < " + Numbers.Text(geometry.Outputs - rest) + ")"))
            code.Line(whole);
        using (code.Open("else"))
        {
            code.Line("var bytes = Avx512Vbmi.PermuteVar64x8(" + packed + ", restore);");
            foreach (var line in OutputStageEmitter.Pieces(to, rest))
                code.Line(line);
        }
    }

    private string Kept(int group, int vector) => "(*(" + Bytes + "*)(kept + " + Numbers.Text(((group * OfGroup) + vector) * Vector) + "))";

    private string Table(int table) =>
        "*(" + Bytes + "*)(block + " + Numbers.Text(geometry.RestoreOffset + (table * SparseGeometry.Sorted)) + ")";
}
