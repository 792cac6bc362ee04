using System.Collections.Generic;
using System.Linq;

namespace CompileTime.Generator.Emit;

/// <summary>
/// How four products per lane are added to a sum: the one place where kernels differ in arithmetic. Weights are loaded once and
/// multiplied with the inputs of several positions.
/// </summary>
internal abstract class DotStep
{
    /// <summary>What the step needs once per call of a kernel.</summary>
    public abstract void Constants(CodeWriter code);

    /// <summary>Makes weights ready under the name <paramref name="name"/>.</summary>
    public virtual void Weights(CodeWriter code, string name, string weights) => code.Line("var " + name + " = " + weights + ";");

    /// <summary>Makes a vector of input bytes ready under the name <paramref name="name"/>.</summary>
    public virtual void Inputs(CodeWriter code, string name, string inputs) => code.Line("var " + name + " = " + inputs + ";");

    /// <summary>Adds the products of what was made ready.</summary>
    public abstract void Add(CodeWriter code, string sum, string inputs, string weights);
}

/// <summary>vpmaddubsw, vpmaddwd with ones, vpaddd: exact while no input is above the layer's limit (NodeHeader.FastLimit).</summary>
internal sealed class FastStep(Isa isa) : DotStep
{
    public override void Constants(CodeWriter code) => code.Line("var ones = " + isa.Vector + ".Create((short)1);");

    public override void Add(CodeWriter code, string sum, string inputs, string weights) =>
        code.Line(sum + " += " + isa.MultiplyWords(isa.MultiplyBytes(inputs, weights), "ones") + ";");

    /// <summary>Adds the products of several steps that fit an int16 together.</summary>
    public void AddAll(CodeWriter code, string sum, IEnumerable<(string Inputs, string Weights)> steps) => code.Line(sum + " += "
        + isa.MultiplyWords(string.Join(" + ", steps.Select(step => isa.MultiplyBytes(step.Inputs, step.Weights))), "ones") + ";");
}

/// <summary>vpdpbusd, one instruction, which adds in int32: exact for every input. Not every processor has it.</summary>
internal sealed class VnniStep(Isa isa) : DotStep
{
    public override void Constants(CodeWriter code)
    {
    }

    public override void Add(CodeWriter code, string sum, string inputs, string weights) =>
        code.Line(sum + " = " + isa.Vnni + ".MultiplyWideningAndAdd(" + sum + ", " + inputs + ", " + weights + ");");
}

/// <summary>Even and odd bytes widened to int16, then vpmaddwd: exact for every input, and for weights less their zero point.</summary>
internal sealed class WideStep(Isa isa, bool affine) : DotStep
{
    public override void Constants(CodeWriter code)
    {
        code.Line("var low = " + isa.Vector + ".Create((short)0x00FF);");
        if (affine)
            code.Line("var weightZeroPoint = " + isa.Vector + ".Create((short)node->WeightZeroPoint);");
    }

    public override void Weights(CodeWriter code, string name, string weights)
    {
        var less = affine ? " - weightZeroPoint" : "";
        code.Line("var " + name + " = (" + weights + ").AsInt16();");
        code.Line("var " + name + "Even = ((" + name + " << 8) >> 8)" + less + ";");
        code.Line("var " + name + "Odd = (" + name + " >> 8)" + less + ";");
    }

    public override void Inputs(CodeWriter code, string name, string inputs)
    {
        code.Line("var " + name + " = (" + inputs + ").AsInt16();");
        code.Line("var " + name + "Even = " + name + " & low;");
        code.Line("var " + name + "Odd = " + isa.Vector + ".ShiftRightLogical(" + name + ", 8);");
    }

    public override void Add(CodeWriter code, string sum, string inputs, string weights) => code.Line(sum + " += "
        + isa.MultiplyWords(weights + "Even", inputs + "Even") + " + " + isa.MultiplyWords(weights + "Odd", inputs + "Odd") + ";");
}

/// <summary>Fast where inputs allow it, wide for the steps that read larger ones; which they are is known before.</summary>
internal sealed class LargeStep(Isa isa) : DotStep
{
    public FastStep Fast { get; } = new(isa);

    public WideStep Wide { get; } = new(isa, affine: false);

    public override void Constants(CodeWriter code)
    {
        Fast.Constants(code);
        Wide.Constants(code);
    }

    public override void Add(CodeWriter code, string sum, string inputs, string weights) => Wide.Add(code, sum, inputs, weights);
}
