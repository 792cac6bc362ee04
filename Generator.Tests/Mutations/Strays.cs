namespace CompileTime.Generator.Tests.Mutations;

/// <summary>What stands where it should not.</summary>
internal static class Strays
{
    public static readonly string[] Numbers =
    [
        "0", "-1", "1", "1.0", "2", "7", "0.5", "60.0", "2147483647", "-2147483648", "99999999999", "1e9", "1e400", "double.NaN", "-0.0",
        "float.PositiveInfinity", "double.Epsilon", "(1 / 0)", "int.MaxValue", "unchecked((int)3000000000)", "0x7fffffff", "3m", "3u",
        "'c'", "null", "default", "\"3\"", "true", "x", "(int?)3", "nameof(Tensor)", "sizeof(int)", "1 + 1", "",
    ];

    public static readonly string[] Names =
    [
        "@class", "Forward", "x", "M", "Predict", "Load", "input", "Random", "Tensor", "CompileTime", "Ünï", "_", "__engine",
        "InputLength", "Linear", "ReLU", "L1", "Int8", "field", "value", "var", "record", "nameof", "A.B", "global::A", "List<int>",
        "\\u0041", "Ａ", "a\u0301", "𐐀",
    ];

    public static readonly string[] Keywords =
    [
        "static", "partial", "async", "extern", "abstract", "virtual", "override", "unsafe", "readonly", "required", "new", "file",
        "const", "ref", "in", "out", "params", "this", "where", "class", "void", "return", "var", "namespace", "using", "public",
        "private", "operator", "delegate", "event", "enum", "await", "yield",
    ];

    public static readonly string[] Types =
    [
        "int", "string", "Tensor?", "Tensor[]", "dynamic", "void", "Missing", "in Tensor", "ref Tensor", "params Tensor[]", "object", "T",
        "System.Tensor", "(Tensor, Tensor)", "Tensor*", "var",
    ];

    public static readonly string[] Texts =
    [
        "", "(", ")", "[", "]", "{", "}", ";", ",", "<", ">", "=", "=>", "?", "!", ".", "..", "::", "\"", "'", "/*", "//", "///",
        "\"\"\"", "$\"{", "@", "#", "\\", "\0", "\u2028", "\ud800", "\t", "\ufeff",
    ];

    public static readonly string[] Attributes =
    [
        "Linear(0)", "Linear", "Linear()", "Linear(3, InFeatures = 7)", "Conv2d(1, 1)", "Conv2d(3, 99)", "Conv2d(3, 3, Paddings = null)",
        "Conv2d(4, 3, Paddings = [])", "Conv2d(4, 3, Paddings = [1, 2, 3])", "Conv2d(4, 3, Strides = [0, 0], Stride = 1)",
        "Conv2d(4, 3, Groups = 0)", "MaxPool2d(0)", "AvgPool2d(2, 3)", "AdaptiveAvgPool2d(0, 0)", "Softmax", "Flatten",
        "BatchNorm(Eps = 0)", "Dropout(2)", "Prune", "Prune(2)", "Prune(1)", "Prune(1.0)", "Prune(60.0)", "Prune(0.5, Random)",
        "Prune(0.5, Ln, Norm = double.NaN)", "Prune(Threshold = 0)", "Prune(0.5, Block = [0, 0])", "Prune(0.5, Block = null)",
        "Prune(0.5, Dim = 9)", "Prune(0.5, L1, Structure.Layer)", "Prune(0.5, L1, (Structure)77)", "PruneNofM(2, 4)", "PruneNofM(0, 0)",
        "PruneNofM(4, 2)", "Quantize(Float32)", "Quantize(Float32, Mode = Dynamic)", "Quantize((Precision)9, (Backend)9)",
        "Quantize(Int8, Percentile = 3)", "Quantize(Int8, Activation = Observer.PerChannelMinMax)", "Quantize(Int8, Mode = WeightOnly)",
        "Model(0)", "Model(4)", "Model", "Model(1, 2)", "Model(4, InputScale = float.NaN)", "Model(-1, 65536, 65536)",
        "LeakyReLU(double.NaN)", "ELU(1e39)", "Obsolete", "LayerAttribute", "CompileTime.Linear(3)", "global::CompileTime.ReLU",
        "Missing(3)", "Foo.Bar", "Add", "Linear(3), Linear", "Conditional(\"X\")", "Serializable", "System.Obsolete(\"x\", true)",
        "Linear<int>(3)", "assembly: Model(3)",
    ];

    public static readonly string[] Arguments =
    [
        "InFeatures = 3", "InChannels = -1", "Bias = null", "Padding = 1, Paddings = [1, 1]", "Stride = 0", "Dilation = 99999",
        "Groups = 3", "Groups = 2147483647", "Padding = 2147483647", "Scope = Scope.Global", "Scope = (Scope)5", "Norm = 0", "Dim = 1",
        "Block = [1, 1]", "Block = [1]", "Threshold = double.NaN", "Threshold = 0.1", "Mode = (QuantizationMode)9",
        "Weight = Observer.Histogram", "amount: 3", "count: 1", "x", "typeof(int)", "new int[0]", "Missing = 3", "3 3", "InputScale = 0",
        "InputOffset = float.NaN", "..", "new[] { 1, 2 }", "Bias = false, Bias = true",
    ];

    public static readonly string[] Targets =
    [
        "assembly: ", "module: ", "return: ", "method: ", "type: ", "field: ", "param: ", "missing: ",
    ];

    public static readonly string[] Statements =
    [
        "if (x is null) return x;", "for (;;) { }", "var y = x;", "x = null;", "return;", "await x;", "throw null;", "goto a;",
        "a: x = x;", "x += x;", "Undefined(x);", "x = Undefined(x);", "x = Undefined(x, x);", "var (a, b) = (x, x);",
        "ref var r = ref x;", "foreach (var q in x) { }", "Tensor z;", "Tensor z; x = z;", "return Add(x);", "x = Concat(x);",
        "x = Concat();", "x = ReLU(ReLU);", "x?.ToString();", "static Tensor L(Tensor t) => t; x = L(x);", "x = x switch { _ => x };",
        "x = Forward(x);", "using var d = x;", "checked { }", "unsafe { Tensor* p; }", "yield return x;",
        "x = MaxPool2d(x, kernelSize: 0);", "x = Dropout(x, double.NaN);", "x = LeakyReLU(x, 1 / 0d);",
        "x = Concat([x, .. new Tensor[0], x]);", "x = (x);", "x = x!;", "var unused = ReLU(x);", "var a = ReLU(x); var b = ReLU(a);",
        "const int K = 2; x = MaxPool2d(x, K);", "x = Softmax(x);", "x = Flatten(x);", "x = Functional.ReLU(x);",
        "x = CompileTime.Functional.Add(x, x);", "x = Add(b: x, a: x);", "x = x ?? x;", "x = true ? x : x;", "(x, x) = (x, x);",
        "x = x = ReLU(x);", "_ = ReLU(x);", "int n = 3;", "var f = (Tensor t) => t; x = f(x);", "x = this.Stem(x);",
        "x = base.ToString();", "x = (Tensor)x;", "x = (Tensor)(object)x;", "x = x as Tensor;", "lock (x) { }", "switch (x) { }",
        "try { } catch { }", ";", "{ }", "return x;", "x = new Tensor();", "x = default;", "x = stackalloc int[3];", "x = nameof(x);",
        "fixed (int* p = x) { }",
    ];

    public static readonly string[] Expressions =
    [
        "x", "null", "default!", "Undefined(x)", "Undefined()", "Undefined(Undefined(x))", "ReLU()", "ReLU(x, x)", "Add(x)",
        "Add(x, null)", "Concat(x, x)", "Concat([])", "Forward(x)", "this", "throw null", "x!", "(x)", "x switch { }", "x ? x : x",
        "MaxPool2d(x, -1)", "MaxPool2d(x, int.MaxValue)", "MaxPool2d(x, stride: 2, kernelSize: 2)", "Dropout(x, p: 7)", "x.Foo(x)",
        "Functional.Softmax(x)", "ELU(x, double.PositiveInfinity)", "new()", "[]", "[x]", "(x, x)", "await x", "() => x", "\"x\"", "3",
        "x + x", "-x", "x[0]", "x = ReLU(x)", "checked(x)", "nameof(x)", "typeof(Tensor)", "delegate { }", "Linear(x)", "Conv2d(x, 3)",
        "ReLU<int>(x)",
    ];

    public static readonly string[] TypeKeywords =
    [
        "struct", "record", "record struct", "record class", "interface", "class", "enum", "ref struct", "extension", "",
    ];

    public static readonly string[] Heads =
    [
        "<T>", "<T> where T : class", "(int a)", "()", " : Missing", " : System.IDisposable", " : System.Attribute", " : Tensor",
        "<in T>", " : M", "<>", " { }", ";",
    ];

    public static readonly string[] Modifiers =
    [
        "static ", "abstract ", "sealed ", "file ", "unsafe ", "new ", "readonly ", "private ", "protected internal ", "partial ",
        "public ", "async ", "",
    ];

    public static readonly string[] Members =
    [
        "public int Predict;", "public static int Load(string path) => 3;", "private const int Random = 3;", "public M() { }",
        "public required int A { get; set; }", "[Linear(3)] void Foo() { }", "[Linear(3)] int Foo;",
        "[Linear(3)] private static partial Tensor Foo(Tensor x);", "[ReLU, Prune(1.0)] private static partial Tensor Foo(Tensor x);",
        "[Quantize(Int8)] private static partial Tensor Foo(Tensor x);", "[Linear(3)] Tensor Foo(Tensor x) => x;",
        "[Linear(3)] private partial Tensor Foo(Tensor x);", "[Linear(3)] private static partial Tensor Foo<T>(Tensor x);",
        "private static Tensor Forward(Tensor x) => x;", "private static Tensor Forward(Tensor x, Tensor y) => x;",
        "private static Tensor Forward(Tensor x) => Undefined(x);", "private Tensor Forward(Tensor x);", "static Tensor Forward { get; }",
        "class Inner { [Linear(3)] static partial Tensor Foo(Tensor x); }", "[Model(3)] [Linear(3)] public partial class Inner;",
        "[Model(3)] [Linear(3)] class Inner;", "~M() { }", "static M() { }", "public static implicit operator int(M m) => 3;",
        "int this[int i] => i;", "event System.Action E;", "delegate void Predict();", "enum InstructionSet { }", "Tensor", "[", "public",
        "[Linear(3)] private static partial Tensor Foo(Tensor x", "[Linear(3)", "private static Tensor Forward(Tensor x) {",
        "extension(Tensor t) { }", "[Linear(3)] static extern partial Tensor Foo(Tensor x);",
    ];

    public static readonly string[] Namespaces =
    [
        "", "namespace @class;", "namespace CompileTime;", "namespace System;", "namespace A.B.C;", "namespace ;", "namespace M;",
        "namespace Demo.Tensor;",
    ];

    public static readonly string[] Containers =
    [
        "partial class Outer", "class Outer", "public static partial class Outer", "partial struct Outer", "partial interface IOuter",
        "partial record Outer(int A)", "partial class Outer<T>", "class Outer<T>", "file partial class Outer", "namespace Inner",
        "partial class Outer { partial class Middle", "enum Outer", "partial class CompileTime", "partial class @class",
        "record struct Outer", "void Method()", "partial class Outer : Missing",
    ];

    public static readonly string[] Usings =
    [
        "using L = CompileTime.LinearAttribute;", "using Tensor = System.Int32;", "using CT = CompileTime;",
        "using Linear = System.ObsoleteAttribute;", "extern alias foo;", "using static System.Math;",
        "using Model = CompileTime.LinearAttribute;", "#nullable disable", "#nullable enable", "#nullable restore annotations",
        "global using X = CompileTime.Tensor;", "using CompileTime;", "using System.Numerics.Tensors;",
        "[assembly: CompileTime.Model(3)]", "#define X", "#!shebang", "#pragma warning disable CT1001, CT1004",
        "using static CompileTime.Observer;", "using Forward = CompileTime.Functional;", "namespace CompileTime { public class Tensor; }",
        "namespace CompileTime { public class ModelAttribute : System.Attribute; }", "class ReLUAttribute : System.Attribute;",
        "static class Functional { public static CompileTime.Tensor ReLU(CompileTime.Tensor x) => x; }",
    ];

    public static readonly string[] Directives =
    [
        "#if X", "#if true", "#if !X", "#region r", "#pragma warning disable", "#line 3 \"foo.cs\"", "#line hidden", "#error no",
        "#warning yes", "#nullable disable", "#else", "#if", "#line (1, 1) - (5, 60) 10 \"partial-class.cs\"", "#line 2147483647",
        "// comment", "/* open",
    ];

    public static readonly string[] DirectiveEnds =
    [
        "#endif", "#endregion", "#else", "#line default", "#pragma warning restore", "*/", "", "#elif X",
    ];
}
