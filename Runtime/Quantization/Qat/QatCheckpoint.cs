using System.Runtime.InteropServices;

namespace CompileTime.Quantization;

/// <summary>What a checkpoint keeps of quantization-aware training.</summary>
internal sealed class QatCheckpoint
{
    public required QatOptions Options { get; init; }

    public required long StartEpoch { get; init; }

    public required bool AreObserversFrozen { get; init; }

    public required bool IsBatchNormFrozen { get; init; }

    /// <summary><see cref="QatNetwork.SaveRanges"/>.</summary>
    public required float[][] Ranges { get; init; }

    public static void Write(BinaryWriter writer, QatCheckpoint? saved)
    {
        writer.Write(saved is not null);
        if (saved is null)
            return;
        writer.Write((int)saved.Options.ScaleMode);
        writer.Write(saved.Options.QConfigVersion);
        writer.Write(saved.Options.FreezeObserversAfter ?? -1);
        writer.Write(saved.Options.FreezeBatchNormAfter ?? -1);
        writer.Write(saved.StartEpoch);
        writer.Write(saved.AreObserversFrozen);
        writer.Write(saved.IsBatchNormFrozen);
        WriteRanges(writer, saved.Ranges);
    }

    /// <exception cref="FormatException">Numbers that nobody has written.</exception>
    public static QatCheckpoint? Read(BinaryReader reader)
    {
        if (!reader.ReadBoolean())
            return null;
        var options = new QatOptions
        {
            ScaleMode = (ScaleMode)reader.ReadInt32(),
            QConfigVersion = reader.ReadInt32(),
            FreezeObserversAfter = Optional(reader.ReadInt32()),
            FreezeBatchNormAfter = Optional(reader.ReadInt32()),
        };
        try
        {
            options.Check();
        }
        catch (ArgumentException exception)
        {
            throw new FormatException(exception.Message, exception);
        }

        return new QatCheckpoint
        {
            Options = options,
            StartEpoch = reader.ReadInt64(),
            AreObserversFrozen = reader.ReadBoolean(),
            IsBatchNormFrozen = reader.ReadBoolean(),
            Ranges = ReadRanges(reader),
        };
    }

    public static void WriteRanges(BinaryWriter writer, float[][] ranges)
    {
        writer.Write(ranges.Length);
        foreach (var range in ranges)
        {
            writer.Write(range.Length);
            writer.Write(MemoryMarshal.AsBytes<float>(range));
        }
    }

    public static float[][] ReadRanges(BinaryReader reader)
    {
        var ranges = new float[Length(reader)][];
        for (var i = 0; i < ranges.Length; i++)
        {
            ranges[i] = new float[Length(reader)];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(ranges[i].AsSpan()));
        }

        return ranges;
    }

    private static int? Optional(int value) => value < 0 ? null : value;

    // Nothing is longer than the rest of the file: a damaged number takes no memory.
    private static int Length(BinaryReader reader)
    {
        var length = reader.ReadInt32();
        return length >= 0 && length <= (reader.BaseStream.Length - reader.BaseStream.Position) / sizeof(float)
            ? length
            : throw new FormatException($"{length} ranges.");
    }
}
