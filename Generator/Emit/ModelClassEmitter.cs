using System.Collections.Generic;
using System.Linq;
using CompileTime.Generator.Declaration;
using CompileTime.Generator.Diagnostics;
using CompileTime.Generator.Manifests;
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

    /// <summary>The class with its weights, and the engine.</summary>
    public static IReadOnlyList<GeneratedFile> Emit(
        ModelDeclaration declaration, NetworkDefinition definition, Artifact artifact, NetworkPlan plan) =>
    [
        Class(declaration, NetworkRemarks.Of(definition, artifact.Manifest, plan),
            code => Members(code, declaration, definition, EngineEmitter.Name(declaration.FullName), why: null),
            layer => NetworkRemarks.Layer(definition, plan, layer)),
        EngineEmitter.Emit(declaration.FullName, definition, artifact.Manifest, artifact.BlobResource, plan,
            Planner.RunBatch(artifact.Manifest.Network, definition.Quantize?.Backend, plan.HasWideVnni)),
    ];

    /// <summary>The class before it has weights.</summary>
    /// <param name="why">What is said of it: that it was never trained, or what is wrong with its artifact.</param>
    public static IReadOnlyList<GeneratedFile> EmitUntrained(ModelDeclaration declaration, NetworkDefinition definition, Problem why) =>
    [
        Class(declaration, NetworkRemarks.Of(definition, manifest: null, plan: null),
            code => Members(code, declaration, definition, engine: null, why),
            layer => NetworkRemarks.Layer(definition, plan: null, layer)),
    ];

    /// <summary>The members of a class that cannot be compiled: each throws and says why.</summary>
    public static IReadOnlyList<GeneratedFile> EmitUnavailable(ModelDeclaration declaration, string reason)
    {
        var thrown = Throw("This model cannot be compiled. " + reason);
        return
        [
            Class(declaration, [], code =>
            {
                if (declaration.HasNoRoom)
                    return;
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

    private static void Members(CodeWriter code, ModelDeclaration declaration, NetworkDefinition definition, string? engine, Problem? why)
    {
        var name = Constructor(declaration);
        code.Constant("private const string __definition", DefinitionText.Write(definition));
        code.Line();
        code.Line("private readonly " + Inference + "InferenceEngine? __loaded;");
        Doc(code, "Values of one sample: " + definition.InputShape + ".");
        code.Line("public const int InputLength = " + Numbers.Text(definition.InputShape.Elements) + ";");
        Doc(code, "Values of one result: " + definition.Output.OutputShape + ".");
        code.Line("public const int OutputLength = " + Numbers.Text(definition.Output.OutputShape.Elements) + ";");
        var compiled = engine is null ? Throw(WhyThereIsNone(declaration, why!)) : engine + ".Default";
        if (engine is null)
        {
            Doc(code, "Throws until the model is trained: there are no weights to compile in.",
                "<exception cref=\"global::System.InvalidOperationException\">Always, until an artifact is in the project.</exception>");
            code.Line("public " + name + "() => " + compiled + ";");
        }
        else
        {
            Doc(code, "The compiled-in weights. They are unpacked once, at the first use; all instances share them.",
                "<exception cref=\"global::System.IO.InvalidDataException\">The embedded weights are not those the class was compiled from.</exception>");
            code.Line("public " + name + "() : this(" + compiled + ")");
            code.Line("{");
            code.Line("}");
        }

        code.Line();
        code.Line("private " + name + "(" + Inference + "InferenceEngine engine) => __loaded = engine;");
        code.Line();
        code.Line("// A constructor that calls none of these gets the compiled-in weights as well.");
        code.Line("private " + Inference + "InferenceEngine __engine => __loaded ?? " + compiled + ";");
        Doc(code, "What the running code was generated for.");
        code.Line("public " + Runtime + "InstructionSet InstructionSet => __engine.InstructionSet;");
        Doc(code, "A trainer for this network, with fresh weights.",
            "<param name=\"seed\">Decides initial weights, shuffling and dropout.</param>");
        code.Line("public static " + Runtime + "Trainer CreateTrainer(int seed = 0) => new " + Runtime + "Trainer(__definition, seed);");
        Load(code, declaration, engine);
        Predict(code);
    }

    private static string WhyThereIsNone(ModelDeclaration declaration, Problem why)
    {
        var name = declaration.FullName;
        return why.Id == "CT3001"
            ? name + " has no weights yet. Train it (" + name + ".CreateTrainer), save the result to \"Models/" + name.Split('.').Last()
                + "\" in the project's directory, and build again; or load an artifact with " + name + ".Load."
            : name + " was compiled without its weights. " + why.Id + ": " + Catalogue.Message(why) + ".";
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

    /// <summary>Bodies for the layer methods of classes without [Model]: what is wrong with them the analyzer says.</summary>
    public static GeneratedFile? EmitStray(IReadOnlyList<StrayMethod> methods)
    {
        if (methods.Count == 0)
            return null;
        var code = new CodeWriter();
        code.Line("// <auto-generated/>\n#nullable enable\n");
        foreach (var method in methods)
        {
            Open(code, method.Namespace, method.Types, [], () =>
                Body(code, method.Signature, Throw("The class of this layer method has no [Model].")));
        }

        return new GeneratedFile(GeneratedFile.Hint("LayersWithoutModel", ""), code.ToString());
    }

    private static GeneratedFile Class(ModelDeclaration declaration, IReadOnlyList<string> remarks, System.Action<CodeWriter> members,
        System.Func<LayerMethod, string> describe)
    {
        var code = new CodeWriter();
        code.Line("// <auto-generated/>\n#nullable enable");
        code.Line("#pragma warning disable CS0108, CS0114 // a base class may have members of these names\n");
        Open(code, declaration.Namespace, declaration.ContainingTypes.Concat([declaration.Class]), remarks, () =>
        {
            if (declaration.NeedsRandom)
                code.Line(RandomName.Constant);
            members(code);
            var thrown = Throw("Layer methods are compiled, not called. Use Predict.");
            foreach (var method in declaration.LayerMethods)
            {
                LayerDoc(code, method.Documentation, describe(method));
                code.Line(method.Modifiers + " " + Runtime + "Tensor " + method.WrittenName + "(" + Runtime + "Tensor " + method.Parameter
                    + ") => " + thrown + ";");
            }

            foreach (var head in declaration.WrongMethods)
                Body(code, head, thrown);
        });
        return new GeneratedFile(GeneratedFile.Hint(declaration.FullName, ""), code.ToString());
    }

    /// <summary>A part of a type, in its namespace and the types around it.</summary>
    private static void Open(
        CodeWriter code, string? space, IEnumerable<TypeHeader> types, IReadOnlyList<string> remarks, System.Action content)
    {
        var headers = types.Select(type => "partial " + type.Keyword + " " + type.Name).ToList();
        if (space is not null)
            headers.Insert(0, "namespace " + space);
        Nest(0);

        void Nest(int depth)
        {
            if (depth == headers.Count - 1)
            {
                foreach (var line in remarks)
                    code.Line("/// " + line);
            }

            if (depth == headers.Count)
            {
                content();
                return;
            }

            using (code.Open(headers[depth]))
                Nest(depth + 1);
        }
    }

    // As a block: an expression could not be what a method returns by reference.
    private static void Body(CodeWriter code, string head, string thrown)
    {
        Doc(code, "Not compiled: the declaration has errors.");
        using (code.Open(head))
            code.Line(thrown + ";");
    }

    private static void Doc(CodeWriter code, string summary, params string[] more)
    {
        code.Line();
        code.Line("/// <summary>" + summary + "</summary>");
        foreach (var line in more)
            code.Line("/// " + line);
    }

    // What the user wrote stays; the layer's facts are remarks then.
    private static void LayerDoc(CodeWriter code, string? own, string facts)
    {
        if (own is null)
        {
            Doc(code, facts);
            return;
        }

        const string End = "</remarks>";
        var at = own.LastIndexOf(End, System.StringComparison.Ordinal);
        var text = at < 0 ? own + "\n<remarks>" + facts + End : own.Insert(at, "<para>" + facts + "</para>");
        code.Line();
        foreach (var line in text.Split('\n'))
            code.Line("/// " + line);
    }

    private static string Constructor(ModelDeclaration declaration) => declaration.Class.Name;

    private static string Throw(string reason) =>
        "throw new global::System.InvalidOperationException(" + SymbolDisplay.FormatLiteral(reason, quote: true) + ")";
}
