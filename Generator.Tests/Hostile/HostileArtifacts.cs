using System.Diagnostics;
using CompileTime.Models;
using CompileTime.Reference;
using CompileTime.Shared;
using CompileTime.Tests.Hostile;

namespace CompileTime.Generator.Tests.Hostile;

/// <summary>
/// Damaged artifacts, most of them signed again by whoever damaged them, so that nothing but the readers' own checks stands between them
/// and the kernels. They are refused with InvalidDataException, quickly and without much memory, or they are networks that run.
/// </summary>
public sealed class HostileArtifacts(Xunit.Abstractions.ITestOutputHelper output)
{
    private const int Rounds = 100_000;

    // Far above what is seen (a few MB), far below what a lie about a size would take.
    private const long MostBytes = 64 << 20;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    [Fact]
    public void Are_refused_or_run()
    {
        var artifacts = GoodArtifacts.All();
        Assert.Equal(Enum.GetValues<QuantizedOp>().Order(),
            artifacts.SelectMany(artifact => artifact.Model.Network.Nodes).Select(node => node.Op).Distinct().Order());
        var files = artifacts.Select(artifact => Artifact.Write(artifact.Definition, artifact.Model, 10, [new ValidationEntry("int8", 0.5)])).ToArray();
        var (refused, ran) = (0, 0);
        Parallel.For(0, Environment.ProcessorCount, worker =>
        {
            for (var round = worker; round < Rounds; round += Environment.ProcessorCount)
            {
                var random = new Random(round);
                var (manifest, blob) = files[round % files.Length];
                var (otherManifest, otherBlob) = files[random.Next(files.Length)];
                var mutator = new Mutator(round);
                if (round % 4 != 0)
                    manifest = mutator.Text(manifest, otherManifest);
                if (round % 4 is 0 or 1)
                    blob = mutator.Bytes(blob, otherBlob);
                var isRun = Try(round, manifest, blob, isSigned: round % 16 != 15);
                Interlocked.Increment(ref isRun ? ref ran : ref refused);
            }
        });

        output.WriteLine($"{Rounds} damaged artifacts: {refused} refused, {ran} run");

        // Neither is rare, or the test would not test it.
        Assert.InRange(refused, Rounds / 2, Rounds);
        Assert.InRange(ran, Rounds / 50, Rounds);
    }

    private static bool Try(int round, string manifest, byte[] blob, bool isSigned)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        QuantizedModel? model = null;
        try
        {
            model = Artifact.Read(isSigned ? Sign(manifest, blob) : manifest, blob, "damaged").Model;
        }
        catch (InvalidDataException)
        {
        }
        catch (Exception error)
        {
            Assert.Fail($"Round {round}: {error}");
        }

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytes, $"Round {round} takes too much memory.");
        Assert.True(clock.Elapsed < s_longest, $"Round {round} takes too long to read.");
        if (model is null)
            return false;
        try
        {
            Interpreter.Run(model, new float[model.InputLength], new float[model.OutputLength]);
        }
        catch (Exception error)
        {
            Assert.Fail($"Round {round} is read, but does not run: {error}");
        }

        Assert.True(clock.Elapsed < s_longest, $"Round {round} takes too long to run.");
        return true;
    }

    // As an attacker does it: the hashes are no secret.
    internal static string Sign(string manifest, byte[] blob)
    {
        return ManifestText.Read(manifest, out _) is { } read ? ManifestText.Write(Artifact.Sign(read, blob)) : manifest;
    }
}
