using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CompileTime.Quantization;
using CompileTime.Shared;

namespace CompileTime.Training;

/// <summary>
/// A trainer's whole state as a file: magic, version, length, content, SHA-256 of everything before. Reading checks all of it before
/// anything is changed.
/// </summary>
internal sealed class Checkpoint
{
    private const int Version = 2;
    private const int HeaderLength = 8 + 4 + 8;

    // Whose state there can be.
    private static readonly Optimizer[] s_optimizers = [new Sgd(0), new Adam()];

    private static ReadOnlySpan<byte> Magic => "CTTRAIN\n"u8;

    public required string Definition { get; init; }

    public required int Seed { get; init; }

    public required FitState State { get; init; }

    /// <summary>In the order of the network's parameters.</summary>
    public required float[][] Values { get; init; }

    public required float[]?[] Masks { get; init; }

    public OptimizerState? Optimizer { get; init; }

    /// <summary>Null unless the network is in quantization-aware training.</summary>
    public QatCheckpoint? Qat { get; init; }

    public void Save(string path)
    {
        using var content = new MemoryStream();
        using (var writer = new BinaryWriter(content, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(Version);
            writer.Write(0L);
            WriteContent(writer);
            writer.Flush();
            content.Position = 8 + 4;
            writer.Write(content.Length - HeaderLength);
        }

        var bytes = content.GetBuffer().AsMemory(0, (int)content.Length);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(bytes.Span);
            stream.Write(SHA256.HashData(bytes.Span));
        });
    }

    /// <exception cref="InvalidDataException">The file is not a checkpoint of this network, or was cut short or edited.</exception>
    public static Checkpoint Load(string path, FloatNetwork network)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < 8 || !bytes.AsSpan(0, 8).SequenceEqual(Magic))
            throw new InvalidDataException($"'{path}' is not a training checkpoint.");
        if (bytes.Length < HeaderLength + SHA256.HashSizeInBytes)
            throw new InvalidDataException($"'{path}' is cut short: it has {bytes.Length} bytes.");
        var version = BitConverter.ToInt32(bytes, 8);
        if (version != Version)
            throw new InvalidDataException($"'{path}' is a checkpoint of version {version}; this library reads version {Version}.");
        var length = BitConverter.ToInt64(bytes, 12);
        var present = bytes.Length - HeaderLength - SHA256.HashSizeInBytes;
        if (length != present)
            throw new InvalidDataException(
                $"'{path}' is {(length > present ? "cut short" : "too long")}: " +
                $"{length} bytes of content were written, {present} are there.");
        var end = HeaderLength + present;
        if (!SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end)))
            throw new InvalidDataException($"'{path}' is damaged: its content does not match its SHA-256. Use another copy.");
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes, HeaderLength, present));
            return ReadContent(reader, path, network);
        }
        catch (Exception exception) when (exception is IOException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"'{path}' is damaged: {exception.Message}", exception);
        }
    }

    private void WriteContent(BinaryWriter writer)
    {
        writer.Write(Definition);
        writer.Write(Seed);
        writer.Write(State.Steps);
        writer.Write(State.EpochsEver);
        writer.Write(State.Epoch);
        writer.Write(State.Batch);
        writer.Write(State.BatchSize);
        writer.Write(State.Samples);
        writer.Write(State.LossSum);
        writer.Write(State.BestEpoch);
        writer.Write(State.BestMetric);
        writer.Write(State.StoppedEarly);
        WriteAll(writer, Values);
        writer.Write(State.BestValues is not null);
        if (State.BestValues is not null)
            WriteAll(writer, State.BestValues);
        WriteAll(writer, Masks.Select(mask => mask ?? []).ToArray());
        QatCheckpoint.Write(writer, Qat);
        QatCheckpoint.WriteRanges(writer, State.BestRanges ?? []);
        writer.Write(Optimizer?.Kind ?? "");
        if (Optimizer is null)
            return;
        writer.Write(Optimizer.Steps);
        writer.Write(Optimizer.Slots.Length);
        foreach (var slot in Optimizer.Slots)
            WriteAll(writer, slot);
    }

    private static Checkpoint ReadContent(BinaryReader reader, string path, FloatNetwork network)
    {
        var definition = reader.ReadString();
        if (Architecture(definition) != Architecture(DefinitionText.Write(network.Definition)))
            throw new InvalidDataException(
                $"'{path}' is a checkpoint of another network ({FirstDifference(definition, DefinitionText.Write(network.Definition))}). " +
                "Load it into the class it was saved from.");
        var all = network.Parameters.Select(parameter => parameter.Value.Length).ToArray();
        var trained = network.Trained.Select(parameter => parameter.Value.Length).ToArray();
        var seed = reader.ReadInt32();
        var state = new FitState
        {
            Steps = reader.ReadInt64(),
            EpochsEver = reader.ReadInt64(),
            Epoch = reader.ReadInt32(),
            Batch = reader.ReadInt32(),
            BatchSize = reader.ReadInt32(),
            Samples = reader.ReadInt32(),
            LossSum = reader.ReadDouble(),
            BestEpoch = reader.ReadInt32(),
            BestMetric = reader.ReadDouble(),
            StoppedEarly = reader.ReadBoolean(),
        };
        if (state.Problem() is { } problem)
            throw new FormatException(problem);
        var values = ReadAll(reader, all, optional: false);
        if (values.Any(array => VectorMath.IndexOfNonFinite(array) >= 0))
            throw new FormatException("a weight is NaN or infinite.");
        state.BestValues = reader.ReadBoolean() ? ReadAll(reader, all, optional: false) : null;
        var masks = ReadAll(reader, all, optional: true);
        if (masks.Any(mask => mask.AsSpan().ContainsAnyExcept(0f, 1f)))
            throw new FormatException("a mask has other values than 0 and 1.");
        var qat = QatCheckpoint.Read(reader);
        if (qat is not null && (qat.StartEpoch < 0 || qat.StartEpoch > state.EpochsEver))
            throw new FormatException($"quantization-aware training since epoch {qat.StartEpoch} of {state.EpochsEver}.");
        var best = QatCheckpoint.ReadRanges(reader);
        state.BestRanges = best.Length == 0 ? null : best;
        var kind = reader.ReadString();
        OptimizerState? optimizer = null;
        if (kind.Length > 0)
        {
            var steps = reader.ReadInt64();
            var slots = reader.ReadInt32();
            if (steps < 0 || !s_optimizers.Any(known => known.Kind == kind && known.Slots == slots))
                throw new FormatException($"an optimizer '{kind}' with {slots} numbers per weight after {steps} steps.");
            optimizer = new OptimizerState(network.Trained, kind, slots) { Steps = steps };
            for (var i = 0; i < slots; i++)
                ReadAll(reader, trained, optional: false).CopyTo(optimizer.Slots[i], 0);
        }

        if (reader.BaseStream.Position != reader.BaseStream.Length)
            throw new FormatException("something follows its end.");

        return new Checkpoint
        {
            Definition = definition,
            Seed = seed,
            State = state,
            Values = values,
            Masks = masks.Select(mask => mask.Length == 0 ? null : mask).ToArray(),
            Optimizer = optimizer,
            Qat = qat,
        };
    }

    private static void WriteAll(BinaryWriter writer, float[][] arrays)
    {
        writer.Write(arrays.Length);
        foreach (var values in arrays)
        {
            writer.Write(values.Length);
            writer.Write(MemoryMarshal.AsBytes<float>(values));
        }
    }

    private static float[][] ReadAll(BinaryReader reader, int[] lengths, bool optional)
    {
        var count = reader.ReadInt32();
        if (count != lengths.Length)
            throw new FormatException($"{count} arrays where the network has {lengths.Length}.");
        var arrays = new float[count][];
        for (var i = 0; i < count; i++)
        {
            var length = reader.ReadInt32();
            if (length != lengths[i] && !(optional && length == 0))
                throw new FormatException($"an array of {length} values where the network has {lengths[i]}.");
            arrays[i] = new float[length];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(arrays[i].AsSpan()));
        }

        return arrays;
    }

    /// <summary>What decides whether weights fit: not the class's name, nor how it is pruned and quantized.</summary>
    private static string Architecture(string definition)
    {
        var lines = definition.Split('\n').Where(line => !line.StartsWith("model ", StringComparison.Ordinal)
            && !line.StartsWith("quantize ", StringComparison.Ordinal));
        return string.Join('\n', lines.Select(line => string.Join(' ',
            line.Split(' ').Where(word => !word.StartsWith("prune=", StringComparison.Ordinal)
                && !word.StartsWith("quantize=", StringComparison.Ordinal)))));
    }

    private static string FirstDifference(string saved, string own)
    {
        var (a, b) = (Architecture(saved).Split('\n'), Architecture(own).Split('\n'));
        var i = 0;
        while (i < a.Length && i < b.Length && a[i] == b[i])
            i++;
        return $"it has '{(i < a.Length ? a[i] : "")}' where this one has '{(i < b.Length ? b[i] : "")}'";
    }
}
