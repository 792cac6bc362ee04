using System.Buffers.Binary;
using System.Security.Cryptography;
using CompileTime.Tests.Hostile;
using CompileTime.Tests.Quantization;
using CompileTime.Training;

namespace CompileTime.Tests.Training;

/// <summary>
/// Damaged checkpoints, signed again by whoever damaged them. They are refused with InvalidDataException and change nothing, or training
/// goes on: to an end, to numbers that are no longer finite, or to the message that the interrupted epoch was of other data.
/// </summary>
public sealed class HostileCheckpoints(Xunit.Abstractions.ITestOutputHelper output)
{
    private const int Rounds = 3_000;
    private const int HeaderLength = 20;

    // Far above what is seen, far below what a lie about a size would take.
    private const long MostBytes = 16 << 20;

    [Fact]
    public void Are_refused_or_trained_on()
    {
        using var files = new TemporaryFolder();
        var good = Good(files);
        var (refused, loaded) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var (text, data, content) = good[round % good.Length];
            var damaged = round % 2 == 0
                ? new Mutator(round).Bytes(content, good[(round + 1) % good.Length].Content)
                : WithNumber(content, new Random(round));
            var trainer = new Trainer(text, 2);
            var before = Problems.Bits(trainer);
            var path = files.Write("damaged", Sign(damaged));
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var isLoaded = false;
            try
            {
                trainer.LoadCheckpoint(path);
                isLoaded = true;
            }
            catch (InvalidDataException error)
            {
                Assert.Contains(path, error.Message, StringComparison.Ordinal);
                Assert.Equal(before, Problems.Bits(trainer));
            }
            catch (Exception error)
            {
                Assert.Fail($"Round {round}: {error}");
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - allocated < MostBytes, $"Round {round} takes too much memory.");
            if (isLoaded)
                Continue(trainer, data, round);
            _ = isLoaded ? loaded++ : refused++;
        }

        output.WriteLine($"{Rounds} damaged checkpoints: {refused} refused, {loaded} loaded");

        // Neither is rare, or the test would not test it.
        Assert.InRange(refused, Rounds / 5, Rounds);
        Assert.InRange(loaded, Rounds / 20, Rounds);
    }

    private static void Continue(Trainer trainer, Dataset data, int round)
    {
        try
        {
            trainer.Fit(data, new FitOptions
            {
                Epochs = 2, BatchSize = 16, Resume = true, Optimizer = new Adam(0.01f), Validation = data, EarlyStopping = new EarlyStopping(5),
            });
            trainer.Predict(new float[data.SampleLength]);
            if (trainer.IsQat)
                trainer.Convert();
        }
        catch (Exception error) when (error is ArgumentException && error.Message.StartsWith("The interrupted epoch had", StringComparison.Ordinal)
            || (error is InvalidOperationException && (error.Message.Contains("NaN", StringComparison.Ordinal)
                || error.Message.Contains("infinite", StringComparison.Ordinal))))
        {
            // Other data than it was, or weights at the edge of float32 that became infinite.
        }
        catch (Exception error)
        {
            Assert.Fail($"Round {round} is read, but cannot be trained on: {error}");
        }
    }

    // Each in the middle of things: momentum, masks, best weights, ranges.
    private static (string Text, Dataset Data, byte[] Content)[] Good(TemporaryFolder files)
    {
        var data = Networks.Data(6, 40);
        var options = new FitOptions { BatchSize = 16, Optimizer = new Adam(0.01f), Validation = data, EarlyStopping = new EarlyStopping(3) };
        var plain = new Trainer(Networks.Mlp, 1);
        plain.Fit(data, options);
        var pruned = new Trainer(Networks.Mlp, 1);
        using var source = new CancellationTokenSource();
        pruned.Fit(data);
        pruned.Prune();
        Assert.ThrowsAny<OperationCanceledException>(() => pruned.Fit(data, new FitOptions
        {
            BatchSize = 16, Optimizer = new Sgd(0.01f, 0.9f), Progress = new Recorder(_ => source.Cancel()),
        }, source.Token));
        var rounded = new Trainer(Networks.Mlp, 1);
        rounded.Fit(data, options);
        rounded.Prune();
        rounded.PrepareQat();
        rounded.Fit(data, options);
        return [.. new[] { plain, pruned, rounded }.Select(trainer =>
        {
            trainer.SaveCheckpoint(files["good"]);
            return (Networks.Mlp, data, File.ReadAllBytes(files["good"])[HeaderLength..^SHA256.HashSizeInBytes]);
        })];
    }

    // One number anywhere: what chance rarely hits.
    private static byte[] WithNumber(byte[] content, Random random)
    {
        var edited = content.ToArray();
        var (at, value) = (random.Next(edited.Length), random.Next(9));
        var number = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, value switch
        {
            0 => -1, 1 => long.MinValue, 2 => long.MaxValue, 3 => int.MaxValue, 4 => int.MinValue, 5 => 1 << random.Next(31),
            6 => BitConverter.SingleToInt32Bits(float.NaN), 7 => BitConverter.DoubleToInt64Bits(double.PositiveInfinity), _ => 0,
        });
        number.AsSpan(0, Math.Min(1 << random.Next(4), edited.Length - at)).CopyTo(edited.AsSpan(at));
        return edited;
    }

    private static byte[] Sign(byte[] content)
    {
        byte[] file = [.. "CTTRAIN\n"u8, 2, 0, 0, 0, .. BitConverter.GetBytes((long)content.Length), .. content];
        return [.. file, .. SHA256.HashData(file)];
    }
}
