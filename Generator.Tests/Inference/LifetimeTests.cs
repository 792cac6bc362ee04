using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using CompileTime.Generator.Tests.Harness;
using CompileTime.Inference;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>What models hold is given back: with the last reference to an instance, and with the assembly that a class was loaded in.</summary>
public sealed class LifetimeTests : IDisposable
{
    private const string Source = """
        namespace Demo;

        [Model(64)]
        [Linear(32), ReLU, Linear(3)]
        [Quantize(Int8, Backend.Fbgemm)]
        public partial class Net;

        public static class Driver
        {
            public static Trainer Trainer() => Net.CreateTrainer(seed: 3);
            public static object Predicted(string? path)
            {
                var net = path is null ? new Net() : Net.Load(path);
                net.Predict(new float[64], new float[3]);
                net.PredictBatch(new float[64 * 200], new float[3 * 200]);
                net.PredictBatch(new float[64 * 200], new float[3 * 200], new System.Threading.Tasks.ParallelOptions());
                return net;
            }

            public static float[] Output(object net)
            {
                var output = new float[3];
                ((Net)net).Predict(new float[64], output);
                return output;
            }
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("compiletime").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Native_memory_is_freed_with_the_last_reference_to_an_instance()
    {
        var driver = CompiledClass.Build(Source, Train());
        var left = Predicted(driver, Path.Combine(_folder, "Net.ctm"));
        Assert.NotEmpty(left);
        AssertDie(left);
    }

    [Fact]
    public void Unloading_the_assembly_of_a_class_frees_everything()
    {
        var path = Train();
        for (var time = 0; time < 3; time++)
            AssertDie(LoadAndUnload(path));
    }

    [Fact]
    public void Hot_reload_of_a_newly_trained_and_compiled_assembly_frees_the_one_before()
    {
        var running = new Plugin?[1];
        Replace(running, Train());
        var before = Output(running);
        for (var seed = 2; seed <= 5; seed++)
        {
            AssertDie(Replace(running, Train(seed)));
            var output = Output(running);
            Assert.NotEqual(before, output);
            before = output;
        }
    }

    /// <summary>A host's model, and what of it has to be gone after it was replaced.</summary>
    private sealed record Plugin(AssemblyLoadContext Context, Type Driver, object Net, List<WeakReference> Held);

    // Requests are answered by the old one until the new one has predicted.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> Replace(Plugin?[] running, string path)
    {
        var context = new AssemblyLoadContext("model", isCollectible: true);
        var driver = CompiledClass.Build(Source, path, context: context);
        var net = driver.GetMethod("Predicted")!.Invoke(null, [null])!;
        var old = running[0];
        running[0] = new Plugin(context, driver, net, [.. HeldBy(net), new WeakReference(context)]);
        old?.Context.Unload();
        return old?.Held ?? [];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float[] Output(Plugin?[] running) => (float[])running[0]!.Driver.GetMethod("Output")!.Invoke(null, [running[0]!.Net])!;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> LoadAndUnload(string path)
    {
        var context = new AssemblyLoadContext("models", isCollectible: true);
        var left = Predicted(CompiledClass.Build(Source, path, context: context), null);
        left.Add(new WeakReference(context));
        context.Unload();
        return left;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> Predicted(Type driver, string? path) => HeldBy(driver.GetMethod("Predicted")!.Invoke(null, [path])!);

    // An instance that has predicted and the blocks of native memory behind it; only weakly.
    private static List<WeakReference> HeldBy(object net)
    {
        var engine = net.GetType().GetField("__loaded", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(net)!;
        var found = new HashSet<object>(ReferenceEqualityComparer.Instance);
        Collect(engine, found);
        return [new WeakReference(net), .. found.OfType<AlignedMemory>().Select(memory => new WeakReference(memory, trackResurrection: true))];
    }

    private static void Collect(object? value, HashSet<object> found)
    {
        if (value is null or string or Pointer or Delegate or MemberInfo || value.GetType().IsPrimitive || !found.Add(value))
            return;
        if (value is Array array)
        {
            foreach (var element in array)
                Collect(element, found);
            return;
        }

        for (var type = value.GetType(); type is not null; type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            {
                if (!field.FieldType.IsPointer)
                    Collect(field.GetValue(value), found);
            }
        }
    }

    private static void AssertDie(List<WeakReference> references)
    {
        for (var round = 0; round < 20 && references.Any(reference => reference.IsAlive); round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.All(references, reference => Assert.False(reference.IsAlive));
    }

    private string Train(int seed = 1)
    {
        var trainer = (Trainer)CompiledClass.Build(Source, artifact: null).GetMethod("Trainer")!.Invoke(null, null)!;
        var random = new Random(seed);
        var data = new Dataset([.. Enumerable.Range(0, 64 * 64).Select(_ => random.NextSingle())], [.. Enumerable.Range(0, 64).Select(i => i % 3)]);
        trainer.Fit(data);
        trainer.Calibrate(data);
        var path = Path.Combine(_folder, "Net");
        trainer.Convert().Save(path);
        return path;
    }
}
