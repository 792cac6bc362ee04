using System.Buffers.Binary;
using System.Text;
using CompileTime.Tests.Hostile;

namespace CompileTime.Tests.Model.Safetensors;

/// <summary>Damaged headers in a frame that fits them, and damaged files as they are: refused with InvalidDataException, or read whole.</summary>
public sealed class HostileSafetensorsTests : IDisposable
{
    private const int Rounds = 20_000;
    private const long MostBytes = 8 << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Are_refused_or_read()
    {
        byte[][] files =
        [
            SafetensorsText.Bytes(("0.weight", "F32", "3,2", new byte[24]), ("0.bias", "F16", "3", new byte[6]), ("n", "I64", "", new byte[8])),
            SafetensorsText.Bytes(("a", "BF16", "2,1,3", new byte[12]), ("b", "F64", "0", []), ("c", "U8", "5", new byte[5])),
        ];
        foreach (var file in files)
            SafetensorsFile.Open(_folder.Write("whole.safetensors", file)).Dispose();
        var (read, refused) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var (file, other) = (files[round % 2], files[1 - (round % 2)]);
            var mutator = new Mutator(round);
            if (round % 3 == 0)
            {
                file = mutator.Bytes(file, other);
            }
            else
            {
                var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
                // A comma to a line, so that whole entries are lost, doubled and exchanged.
                var header = mutator.Text(Lines(file, length), Lines(other, (int)BinaryPrimitives.ReadUInt64LittleEndian(other)));
                file = SafetensorsText.Bytes(header.Replace("\n", "", StringComparison.Ordinal), file[(8 + length)..]);
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using var opened = SafetensorsFile.Open(_folder.Write("damaged.safetensors", file));
                foreach (var tensor in opened.Tensors)
                    Assert.Equal(tensor.Length, opened.ReadBytes(tensor.Name).Length);
                read++;
            }
            catch (InvalidDataException)
            {
                refused++;
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytes, $"Round {round} takes too much memory.");
        }

        Assert.True(read > Rounds / 100 && refused > Rounds / 2, $"{read} read, {refused} refused");
    }

    private static string Lines(byte[] file, int length) =>
        Encoding.UTF8.GetString(file, 8, length).Replace(",", ",\n", StringComparison.Ordinal);
}
