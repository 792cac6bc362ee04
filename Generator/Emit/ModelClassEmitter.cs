using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Passes;
using CompileTime.Generator.Plan;
using CompileTime.Shared;
using Microsoft.CodeAnalysis.CSharp;

namespace CompileTime.Generator.Emit;

/// <summary>A generated source file; the text ends lines with '\n'.</summary>
internal sealed record GeneratedFile(string HintName, string Source)
{
    /// <summary>
    /// A name for a model's file. Roslyn compares them without regard to case, C# does not: a hash of the exact name tells
    /// <c>Net</c> from <c>NET</c>. No class name contains the '-' of a suffix.
    /// </summary>
    public static string Hint(string fullName, string suffix)
    {
        // FNV-1a: the same on every machine, unlike string.GetHashCode.
        var hash = 2166136261u;
        foreach (var c in fullName)
            hash = unchecked((hash ^ c) * 16777619u);
        return fullName + suffix + "." + hash.ToString("x8", System.Globalization.CultureInfo.InvariantCulture) + ".g.cs";
    }
}

/// <summary>
/// The user's class, completed: training, inference, the layer methods, and the network told in the remarks. All names are
/// global::, since the user's own may be anything. The engine is another file (EngineEmitter).
/// </summary>
internal static class ModelClassEmitter
{
    private const string Runtime = "global::CompileTime.";
    private const string Inference = "global::CompileTime.Inference.";
    private const string Floats = "global::System.ReadOnlySpan<float>";
    private const string Bytes = "global::System.ReadOnlySpan<byte>";
    private const string Result = "global::System.Span<float>";
    private const string Parallel = "global::System.Threading.Tasks.ParallelOptions";

    public static IReadOnlyList<GeneratedFile> Emit(
        ModelDeclaration declaration, NetworkDefinition definition, Manifest? manifest, string? blobResource)
    {
        var plan = manifest is null || blobResource is null ? null : Planner.Run(PassList.Run(manifest.Network), definition.Quantize?.Backend);
        var remarks = NetworkRemarks.Of(definition, manifest, plan);
        var files = new List<GeneratedFile>
        {
            Class(declaration, remarks, code => Members(code, declaration, definition, plan is null ? null : EngineEmitter.Name(declaration.FullName)),
                layer => NetworkRemarks.Layer(definition, plan, layer)),
        };
        if (plan is not null)
            files.Add(EngineEmitter.Emit(declaration.FullName, definition, manifest!, blobResource!, plan,
                Planner.RunBatch(manifest!.Network, definition.Quantize?.Backend)));
        return files;
    }

    /// <summary>The members of a class that cannot be compiled: each throws and says why.</summary>
    public static IReadOnlyList<GeneratedFile> EmitUnavailable(ModelDeclaration declaration, string reason)
    {
        var thrown = Throw("This model cannot be compiled. " + reason);
        return
        [
            Class(declaration, [], code =>
            {
                if (!declaration.HasOwnConstructor)
                {
                    code.Line("/// <summary>Throws: the declaration has errors.</summary>");
                    code.Line("public " + Constructor(declaration) + "() => " + thrown + ";");
                }

                Doc(code, "Throws: the declaration has errors.");
                code.Line("public static " + Runtime + "Trainer CreateTrainer(int seed = 0) => " + thrown + ";");
                Doc(code, "Throws: the declaration has errors.");
                code.Line("public static " + declaration.Class.Name + " Load(string path) => " + thrown + ";");
                foreach (var input in new[] { Floats, Bytes })
                {
                    Doc(code, "Throws: the declaration has errors.");
                    code.Line("public void Predict(" + input + " input, " + Result + " output) => " + thrown + ";");
                    Doc(code, "Throws: the declaration has errors.");
                    code.Line("public void PredictBatch(" + input + " inputs, " + Result + " outputs) => " + thrown + ";");
                    Doc(code, "Throws: the declaration has errors.");
                    code.Line("public void PredictBatch(" + input + " inputs, " + Result + " outputs, " + Parallel + " options) => " + thrown + ";");
                }
            }, _ => "A layer."),
        ];
    }

    private static void Members(CodeWriter code, ModelDeclaration declaration, NetworkDefinition definition, string? engine)
    {
        var name = Constructor(declaration);
        var artifact = "Models/" + declaration.FullName.Split('.').Last();
        code.Constant("private const string __definition", DefinitionText.Write(definition));
        code.Line();
        code.Line("private readonly " + Inference + "InferenceEngine __engine;");
        Doc(code, "Values of one sample: " + definition.InputShape + ".");
        code.Line("public const int InputLength = " + Numbers.Text(definition.InputShape.Elements) + ";");
        Doc(code, "Values of one result: " + definition.Output.OutputShape + ".");
        code.Line("public const int OutputLength = " + Numbers.Text(definition.Output.OutputShape.Elements) + ";");
        if (engine is null)
        {
            Doc(code, "Throws until the model is trained: there are no weights to compile in.",
                "<exception cref=\"global::System.InvalidOperationException\">Always, until an artifact is in the project.</exception>");
            code.Line("public " + name + "() => " + Throw(declaration.FullName + " has no weights yet. Train it ("
                + declaration.FullName + ".CreateTrainer), save the result to \"" + artifact
                + "\" in the project's directory, and build again; or load an artifact with " + declaration.FullName + ".Load.") + ";");
        }
        else
        {
            Doc(code, "The compiled-in weights. They are unpacked once, at the first use; all instances share them.",
                "<exception cref=\"global::System.IO.InvalidDataException\">The embedded weights are not those the class was compiled from.</exception>");
            code.Line("public " + name + "() : this(" + engine + ".Default)");
            code.Line("{");
            code.Line("}");
        }

        code.Line();
        code.Line("private " + name + "(" + Inference + "InferenceEngine engine) => __engine = engine;");
        Doc(code, "What the running code was generated for.");
        code.Line("public " + Runtime + "InstructionSet InstructionSet => __engine.InstructionSet;");
        Doc(code, "A trainer for this network, with fresh weights.",
            "<param name=\"seed\">Decides initial weights, shuffling and dropout.</param>");
        code.Line("public static " + Runtime + "Trainer CreateTrainer(int seed = 0) => new " + Runtime + "Trainer(__definition, seed);");
        Load(code, declaration, engine);
        Predict(code);
    }

    private static void Load(CodeWriter code, ModelDeclaration declaration, string? engine)
    {
        string[] errors =
        [
            "<exception cref=\"global::System.IO.FileNotFoundException\">There is no such artifact.</exception>",
            "<exception cref=\"global::System.IO.InvalidDataException\">It is damaged, or another network's.</exception>",
        ];
        var path = "<param name=\"path\">Path of the manifest (.ctm); the weights (.ctw) stand beside it.</param>";
        Doc(code, engine is null
            ? "Weights from a file. Until weights are compiled in, the reference interpreter runs them: exact, but slow."
            : "Weights from a file, run by this class's code. An artifact that another code belongs to (other channels were removed) runs in the"
                + " reference interpreter: exact, but slow.", [path, .. errors]);
        code.Line("public static " + declaration.Class.Name + " Load(string path) => Load(path, " + Runtime + "InstructionSets.Best);");
        Doc(code, "Weights from a file, with a lower instruction set than the best: the answers are the same.",
        [
            path, "<param name=\"instructionSet\">The most that may be used.</param>", .. errors,
            "<exception cref=\"global::System.PlatformNotSupportedException\">The processor lacks the instruction set.</exception>",
        ]);
        code.Line("public static " + declaration.Class.Name + " Load(string path, " + Runtime + "InstructionSet instructionSet) => new "
            + declaration.Class.Name + "(" + Inference + "ModelLoader.FromFile(path, __definition, "
            + (engine is null ? "null, null" : engine + ".Manifest, " + engine + ".Create") + ", instructionSet));");
    }

    private static void Predict(CodeWriter code)
    {
        foreach (var (type, what) in new[] { (Floats, "finite values"), (Bytes, "stored bytes") })
        {
            string[] errors = type == Floats
                ? ["<exception cref=\"global::System.ArgumentException\">A length does not fit, or a value is NaN or infinite.</exception>"]
                :
                [
                    "<exception cref=\"global::System.ArgumentException\">A length does not fit.</exception>",
                    "<exception cref=\"global::System.InvalidOperationException\">The model does not say what bytes mean (InputScale).</exception>",
                ];
            Doc(code, "Predicts one sample. Thread-safe; allocates nothing.",
            [
                "<param name=\"input\"><see cref=\"InputLength\"/> " + what + ", channel by channel.</param>",
                "<param name=\"output\">Receives <see cref=\"OutputLength\"/> values.</param>", .. errors,
            ]);
            code.Line("public void Predict(" + type + " input, " + Result + " output) => __engine.Predict(input, output);");
            Doc(code, "Predicts any whole number of samples. Thread-safe; allocates nothing.",
            [
                "<param name=\"inputs\">Samples of <see cref=\"InputLength\"/> " + what + " each.</param>",
                "<param name=\"outputs\">Receives <see cref=\"OutputLength\"/> values for each.</param>", .. errors,
            ]);
            code.Line("public void PredictBatch(" + type + " inputs, " + Result + " outputs) => __engine.PredictBatch(inputs, outputs);");
            Doc(code, "Predicts any whole number of samples with several threads; the results are the same.",
            [
                "<param name=\"inputs\">Samples of <see cref=\"InputLength\"/> " + what + " each.</param>",
                "<param name=\"outputs\">Receives <see cref=\"OutputLength\"/> values for each.</param>",
                "<param name=\"options\">How many threads, and when to stop.</param>", .. errors,
                "<exception cref=\"global::System.OperationCanceledException\">It was cancelled; some results are written.</exception>",
            ]);
            code.Line("public void PredictBatch(" + type + " inputs, " + Result + " outputs, " + Parallel
                + " options) => __engine.PredictBatch(inputs, outputs, options);");
        }
    }

    private static GeneratedFile Class(ModelDeclaration declaration, IReadOnlyList<string> remarks, System.Action<CodeWriter> members,
        System.Func<LayerMethod, string> describe)
    {
        var code = new CodeWriter();
        code.Line("// <auto-generated/>\n#nullable enable\n");
        var headers = declaration.ContainingTypes.Concat([declaration.Class]).Select(type => "partial " + type.Keyword + " " + type.Name).ToList();
        if (declaration.Namespace is { } name)
            headers.Insert(0, "namespace " + name);
        Nest(0);
        return new GeneratedFile(GeneratedFile.Hint(declaration.FullName, ""), code.ToString());

        void Nest(int depth)
        {
            if (depth == headers.Count - 1)
            {
                foreach (var line in remarks)
                    code.Line("/// " + line);
            }

            if (depth < headers.Count)
            {
                using (code.Open(headers[depth]))
                    Nest(depth + 1);
                return;
            }

            if (declaration.NeedsRandom)
                code.Line(RandomName.Constant);
            members(code);
            foreach (var method in declaration.LayerMethods)
            {
                Doc(code, describe(method));
                code.Line(method.Modifiers + " " + Runtime + "Tensor " + method.WrittenName + "(" + Runtime + "Tensor " + method.Parameter
                    + ") => " + Throw("Layer methods are compiled, not called. Use Predict.") + ";");
            }
        }
    }

    private static void Doc(CodeWriter code, string summary, params string[] more)
    {
        code.Line();
        code.Line("/// <summary>" + summary + "</summary>");
        foreach (var line in more)
            code.Line("/// " + line);
    }

    private static string Constructor(ModelDeclaration declaration) => declaration.Class.Name;

    private static string Throw(string reason) =>
        "throw new global::System.InvalidOperationException(" + SymbolDisplay.FormatLiteral(reason, quote: true) + ")";
}
