using CompileTime.Generator.Tests.Harness;

namespace CompileTime.Generator.Tests.Diagnostics;

/// <summary>CT11xx: what Forward may say.</summary>
public class ForwardDiagnostics
{
    private static Task Run(string forward, string head = "Head") => Analyze.Run(
        $$"""
        [Model(4)]
        public partial class M
        {
            [Linear(4)] private static partial Tensor {{head}}(Tensor x);
            {{forward}}
            private static Tensor Helper(Tensor x) => x;
        }
        """);

    private static Task Body(string body) => Run("private static Tensor Forward(Tensor x) { " + body + " }");

    [Fact, Trait("Id", "CT1101")]
    public Task Missing() => Analyze.Run(
        "[Model(4)] public partial class {|CT1101:M|} { [Linear(4)] private static partial Tensor Head(Tensor x); }");

    [Theory, Trait("Id", "CT1102")]
    [InlineData("private Tensor {|CT1102:Forward|}(Tensor x) => Head(x);")]
    [InlineData("private static Tensor {|CT1102:Forward|}(Tensor x, Tensor y) => Head(x);")]
    [InlineData("private static object {|CT1102:Forward|}(Tensor x) => Head(x);")]
    [InlineData("private static void {|CT1102:Forward|}(Tensor x) { }")]
    [InlineData("private static Tensor {|CT1102:Forward|}<T>(Tensor x) => Head(x);")]
    public Task Signature(string forward) => Run(forward);

    [Theory, Trait("Id", "CT1103")]
    [InlineData("{|CT1103:if (x is null) { }|} return Head(x);")]
    [InlineData("{|CT1103:for (;;) { }|}")]
    [InlineData("{|CT1103:while (x is null) { }|} return Head(x);")]
    [InlineData("{|CT1103:throw new Exception();|}")]
    [InlineData("{|CT1103:{ }|} return Head(x);")]
    [InlineData("{|CT1103:try { } finally { }|} return Head(x);")]
    [InlineData("var {|CT1103:n = 3|}; return Head(x);")]
    [InlineData("{|CT1103:Head(x);|} return x;")]
    [InlineData("{|CT1103:Tensor Inner(Tensor t) => t;|} return Head(x);")]
    public Task Statement(string body) => Body(body);

    [Theory, Trait("Id", "CT1104")]
    [InlineData("return {|CT1104:x is null ? x : Head(x)|};")]
    [InlineData("return Head({|CT1104:null|}!);")]
    [InlineData("return Head({|CT1104:default(Tensor)|}!);")]
    [InlineData("var p = Head(x); return Dropout(p, {|CT1104:Random.Shared.NextDouble()|});")]
    [InlineData("return Head({|CT1104:x ?? x|});")]
    public Task Expression(string body) => Body(body);

    [Fact, Trait("Id", "CT1105")]
    public Task A_helper_is_no_layer() => Body("return Head({|CT1105:Helper(x)|});");

    [Fact, Trait("Id", "CT1105")]
    public Task A_name_that_is_declared_nowhere() => Body("return Head({|CT1105:{|CS0103:Tail|}(x)|});");

    [Fact, Trait("Id", "CT1105")]
    public Task A_name_that_is_declared_nowhere_in_an_assignment() => Body("x = {|CT1105:{|CS0103:Tail|}(x)|}; return Head(x);");

    [Fact, Trait("Id", "CT1106")]
    public Task A_layer_that_is_not_called() => Run("private static Tensor Forward(Tensor x) => ReLU(x);", head: "{|CT1106:Head|}");

    [Fact, Trait("Id", "CT1107")]
    public Task A_layer_that_is_called_twice() => Body("return {|CT1107:Head(Head(x))|};");

    [Fact, Trait("Id", "CT1108")]
    public Task A_result_that_is_dropped() => Body("var a = {|CT1108:ReLU(x)|}; a = Head(x); return a;");

    [Fact, Trait("Id", "CT1109")]
    public Task The_input_is_returned() => Run(
        "private static Tensor Forward(Tensor x) { return {|CT1109:x|}; }", head: "{|CT1106:Head|}");

    [Theory]
    [InlineData("var a = Head(x); var b = Add(a, x); a = ReLU(b); return a;")]
    [InlineData("Tensor a, b; a = b = Head(x); return Add(a, b);")]
    [InlineData("x = Head(x); ; return Concat(x, x);")]
    [InlineData("return Concat([Head(x), x]);")]
    [InlineData("return Concat(new[] { Head(x), x });")]
    [InlineData("const double P = 0.25; return Dropout(p: P, x: Head(x));")]
    [InlineData("return (Head((x!)));")]
    public Task Straight_line_code_is_fine(string body) => Body(body);
}
