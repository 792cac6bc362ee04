using System.Collections.Generic;
using CompileTime.Generator.Plan;
using CompileTime.Shared;

namespace CompileTime.Generator.Emit;

/// <summary>
/// A chunk of a depthwise Conv2d whose inputs are no larger than its weights allow (DepthwisePairs): the bytes of two taps are interleaved
/// and multiplied, two such pairs are added in int16, and two of these groups are widened together. Taps that are no whole group cost no
/// more than they are, and half as much is shuffled as where the four inputs of a channel stand together.
/// </summary>
internal sealed class DepthwisePairsEmitter(CodeWriter code, DepthwiseLayout layout, Isa isa)
{
    // Weights and offsets that stay in registers beside a chunk's groups.
    private const int MostHoisted = 16;

    private readonly DepthwisePairs _pairs = layout.Pairs;

    public bool CanHoist => isa.Lanes == 16 && 2 * (_pairs.Pairs + _pairs.Groups) <= MostHoisted;

    /// <summary>Loads all weights and offsets, for chunks that have the same ones.</summary>
    public void Hoist(string block)
    {
        for (var i = 0; i < 2 * _pairs.Pairs; i++)
            code.Line("var weights" + Numbers.Text(i) + " = " + Weights(block, i) + ";");
        for (var i = 0; i < 2 * _pairs.Groups; i++)
            code.Line("var offset" + Numbers.Text(i) + " = " + Offset(block, i) + ";");
    }

    /// <summary>The four vectors of sums of a chunk.</summary>
    /// <param name="block">The chunk's pattern.</param>
    /// <param name="isHoisted">Whether <see cref="Hoist"/> came before.</param>
    /// <param name="taps">The chunk's inputs, tap by tap.</param>
    public void Sums(string block, bool isHoisted, IReadOnlyList<string> taps)
    {
        for (var group = 0; group < _pairs.Groups; group++)
            Group(block, isHoisted, taps, group);
        if (_pairs.MayMerge)
        {
            var (last, before) = (Numbers.Text(_pairs.Groups - 1), Numbers.Text(_pairs.Groups - 2));
            code.Line("var merges = *(int*)(" + block + " + " + Numbers.Text(layout.PairsOffset + _pairs.MergesOffset) + ") != 0;");
            using (code.Open("if (merges)"))
            {
                code.Line("low" + before + " += low" + last + ";");
                code.Line("high" + before + " += high" + last + ";");
            }
        }

        for (var sum = 0; sum < DepthwiseLayout.Sums; sum++)
        {
            code.Line("var sum" + sum + " = *(" + isa.Type("int") + "*)(" + block + " + "
                + Numbers.Text(layout.PairsOffset + (sum * layout.ChunkBytes)) + ");");
        }

        for (var group = 0; group + 1 < _pairs.Groups; group += 2)
            Widen(Numbers.Text(group), Numbers.Text(group + 1));
        if (_pairs.Groups % 2 == 0)
            return;
        using (code.OpenIf(_pairs.MayMerge, "if (!merges)"))
            Widen(Numbers.Text(_pairs.Groups - 1), null);
    }

    private void Group(string block, bool isHoisted, IReadOnlyList<string> taps, int group)
    {
        var (first, end) = (group * DepthwisePairs.GroupTaps, System.Math.Min((group + 1) * DepthwisePairs.GroupTaps, taps.Count));
        for (var tap = first; tap < end; tap++)
            code.Line("var tap" + Numbers.Text(tap) + " = " + taps[tap] + ";");
        foreach (var half in new[] { 0, 1 })
        {
            var sum = isHoisted ? "offset" + Numbers.Text((2 * group) + half) : Offset(block, (2 * group) + half);
            for (var tap = first; tap < end; tap += 2)
            {
                var (a, b) = ("tap" + Numbers.Text(tap), tap + 1 < end ? "tap" + Numbers.Text(tap + 1) : isa.Type("byte") + ".Zero");
                var number = tap + half;
                sum += " + " + isa.MultiplyBytes(half == 0 ? isa.UnpackLow(a, b) : isa.UnpackHigh(a, b),
                    isHoisted ? "weights" + Numbers.Text(number) : Weights(block, number));
            }

            code.Line("var " + Half(half) + Numbers.Text(group) + " = " + sum + ";");
        }
    }

    private void Widen(string first, string? second)
    {
        for (var sum = 0; sum < DepthwiseLayout.Sums; sum++)
        {
            var half = Half(sum / 2);
            var (a, b) = (half + first, second is null ? isa.Type("short") + ".Zero" : half + second);
            code.Line("sum" + Numbers.Text(sum) + " += " + isa.MultiplyWords(sum % 2 == 0 ? isa.UnpackLow(a, b) : isa.UnpackHigh(a, b), "ones") + ";");
        }
    }

    private static string Half(int half) => half == 0 ? "low" : "high";

    private string Weights(string block, int i) => "*(" + isa.Type("sbyte") + "*)(" + block + " + "
        + Numbers.Text(layout.PairsOffset + _pairs.WeightsOffset + (i * layout.ChunkBytes)) + ")";

    private string Offset(string block, int i) => "*(" + isa.Type("short") + "*)(" + block + " + "
        + Numbers.Text(layout.PairsOffset + _pairs.OffsetsOffset + (i * layout.ChunkBytes)) + ")";
}
