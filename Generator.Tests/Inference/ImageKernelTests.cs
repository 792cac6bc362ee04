using System.Numerics;
using CompileTime.Generator.Tests.Harness;
using CompileTime.Inference;

namespace CompileTime.Generator.Tests.Inference;

/// <summary>Average pools and the copies that convolutions over planes read, against what they are by definition.</summary>
public sealed unsafe class ImageKernelTests
{
    // Behind a value, as the planner leaves it: kernels read and write whole vectors.
    private const int Room = 64;

    [Theory]
    [InlineData(16, 20, 20, 1)] // more bytes of 255 than 16 bits can sum
    [InlineData(35, 17, 33, 1)]
    [InlineData(32, 40, 37, 2)]
    [InlineData(48, 16, 16, 1)] // exactly as many as they can
    [InlineData(5, 20, 20, 1)]
    [InlineData(17, 7, 9, 3)]
    [InlineData(64, 3, 2, 2)]
    public void Average_pools_of_all_sizes_have_the_formulas_bytes(int channels, int height, int width, int outputs)
    {
        var random = new Random(channels);
        var source = new byte[(height * width * channels) + Room];
        var input = new ImageGeometry(channels, height, width, width * channels);
        foreach (var isLarge in (bool[])[true, false])
        {
            for (var i = 0; i < source.Length; i++)
                source[i] = (byte)(isLarge ? random.Next(254, 256) : random.Next(256));
            foreach (var zeroPoint in (int[])[0, 7, 255])
            {
                foreach (var isLast in (bool[])[true, false])
                {
                    var output = new ImageGeometry(channels, outputs, outputs, outputs * channels);
                    Check(output, zeroPoint, (header, from, to) => PoolKernels.AdaptiveAverage(header, from, to, input, output, isLast),
                        (y, x) => (y * height / outputs, (((y + 1) * height) + outputs - 1) / outputs,
                            x * width / outputs, (((x + 1) * width) + outputs - 1) / outputs),
                        (sum, rows, columns) => isLast
                            ? PoolMath.AverageChannelsLast(sum, rows * columns, PoolMath.AdaptiveMultiplier(rows * columns), zeroPoint)
                            : PoolMath.AdaptiveContiguous(sum, PoolMath.AdaptiveContiguousMultiplier(rows, columns)));

                    var window = new WindowGeometry(height - outputs + 1, width - outputs + 1, 1, 1, 0, 0, 0, 0, 1, 1);
                    Check(output, zeroPoint,
                        (header, from, to) => PoolKernels.Average(header, from, to, input, output, window, true, 0, isLast),
                        (y, x) => (y, y + window.KernelHeight, x, x + window.KernelWidth),
                        (sum, rows, columns) => isLast
                            ? PoolMath.AverageChannelsLast(sum, rows * columns, 1f / (rows * columns), zeroPoint)
                            : PoolMath.AverageContiguous(sum, rows * columns, 1f / (rows * columns), zeroPoint));
                }
            }
        }

        void Check(ImageGeometry output, int zeroPoint, Kernel kernel, Func<int, int, (int Top, int Bottom, int Left, int Right)> window,
            Func<int, int, int, byte> mean)
        {
            var result = new byte[(output.Height * output.RowStride) + Room];
            var header = new NodeHeader { ZeroPoint = zeroPoint };
            fixed (byte* from = source, to = result)
                kernel(&header, from, to);
            for (var i = 0; i < result.Length - Room; i++)
            {
                var (y, x, channel) = (i / output.RowStride, i / channels % output.Width, i % channels);
                var (top, bottom, left, right) = window(y, x);
                var sum = 0;
                for (var row = top; row < bottom; row++)
                {
                    for (var column = left; column < right; column++)
                        sum += source[(((row * width) + column) * channels) + channel];
                }

                Assert.Equal(mean(sum, bottom - top, right - left), result[i]);
            }
        }
    }

    [Fact]
    public void Planes_are_the_shifted_input_and_padding()
    {
        if (!OperatingSystem.IsLinux())
            return; // the pages are the system's
        const int Before = 64, Behind = 128, MostBytes = 3 * 30 * 70;
        var random = new Random(1);
        using var memory = new GuardedMemory(Before + MostBytes + Behind);
        var (whole, cases) = (0, 0);
        while (cases < 4000)
        {
            var input = new ImageGeometry(random.Next(1, 4), random.Next(1, 30), random.Next(1, 70), 0);
            var window = new WindowGeometry(random.Next(1, 6), random.Next(1, 8), random.Next(1, 4), random.Next(1, 4),
                random.Next(4), random.Next(6), random.Next(4), random.Next(6), random.Next(1, 3), random.Next(1, 3));
            if (random.Next(4) == 0)
            {
                // Rows as long as the input's.
                var reach = (window.KernelWidth - 1) * window.DilationWidth;
                window = window with { StrideHeight = 1, StrideWidth = 1, Left = reach / 2, Right = reach - (reach / 2) };
            }

            var height = Size(input.Height, window.KernelHeight, window.StrideHeight, window.DilationHeight, window.Top + window.Bottom);
            var width = Size(input.Width, window.KernelWidth, window.StrideWidth, window.DilationWidth, window.Left + window.Right);
            if (height < 1 || width < 1)
                continue;
            cases++;
            whole += window is { StrideHeight: 1, StrideWidth: 1 } && width == input.Width ? 1 : 0;
            var phases = Bits(window.KernelHeight, y => y * window.DilationHeight % window.StrideHeight);
            var rows = height + ((window.KernelHeight - 1) * window.DilationHeight / window.StrideHeight) + random.Next(2);
            Check(input, new PlanesGeometry(rows, width, phases, Bits(window.KernelWidth, x => x * window.DilationWidth)), window);
        }

        Assert.True(whole > 500);

        void Check(ImageGeometry input, PlanesGeometry planes, WindowGeometry window)
        {
            var bytes = input.Channels * input.Height * input.Width;
            var source = memory.Span<byte>(Before + bytes + Behind, atEnd: cases % 2 == 0);
            random.NextBytes(source);
            var header = new NodeHeader { ZeroPoint = random.Next(256) };
            var count = input.Channels * BitOperations.PopCount((ulong)planes.Phases) * BitOperations.PopCount((ulong)planes.Columns);
            var expected = new byte[count * planes.Rows * planes.Width];
            var result = new byte[Room + expected.Length + Room + Room];
            fixed (byte* from = source, to = result)
                PlaneShifts.Run(&header, from + Before, to + Room, input, planes, window);

            var at = 0;
            for (var channel = 0; channel < input.Channels; channel++)
            {
                foreach (var phase in Set(planes.Phases))
                {
                    foreach (var first in Set(planes.Columns))
                    {
                        for (var i = 0; i < planes.Rows * planes.Width; i++)
                        {
                            var y = (i / planes.Width * window.StrideHeight) + phase - window.Top;
                            var x = (i % planes.Width * window.StrideWidth) + first - window.Left;
                            expected[at++] = y < 0 || y >= input.Height || x < 0 || x >= input.Width ? (byte)header.ZeroPoint
                                : source[Before + (((channel * input.Height) + y) * input.Width) + x];
                        }
                    }
                }
            }

            Assert.True(result.AsSpan(Room, expected.Length).SequenceEqual(expected), $"{input} {planes} {window}");
            Assert.False(result.AsSpan(0, Room).ContainsAnyExcept((byte)0), $"It writes before them: {input} {planes} {window}");
            Assert.False(result.AsSpan(Room + expected.Length + Room).ContainsAnyExcept((byte)0),
                $"It writes behind their room: {input} {planes} {window}");
        }
    }

    private static int Size(int size, int kernel, int stride, int dilation, int padding)
    {
        var room = size + padding - ((kernel - 1) * dilation) - 1;
        return room < 0 ? 0 : (room / stride) + 1;
    }

    private static long Bits(int count, Func<int, int> bit) => Enumerable.Range(0, count).Aggregate(0L, (bits, i) => bits | (1L << bit(i)));

    private static IEnumerable<int> Set(long bits) => Enumerable.Range(0, 64).Where(i => (bits >> i & 1) != 0);

    private delegate void Kernel(NodeHeader* header, byte* source, byte* target);
}
