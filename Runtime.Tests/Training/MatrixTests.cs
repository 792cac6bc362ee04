using CompileTime.Shared;
using CompileTime.Training;
using CsCheck;

namespace CompileTime.Tests.Training;

/// <summary>Both products, in both vector widths, against sums in double.</summary>
public unsafe class MatrixTests
{
    // Past every block: rows beyond two tiles of 8, columns beyond two of 32, depths beyond a panel of 192.
    private static readonly Gen<(int M, int N, int K, bool Transposed, bool Accumulate, int Seed)> Cases =
        Gen.Select(Gen.Int[1, 35], Gen.Int[1, 80], Gen.Int[1, 220], Gen.Bool, Gen.Bool, Gen.Int[0, 1000]);

    [Fact]
    public void Multiply() => Cases.Sample(
        c =>
        {
            var (rowStride, columnStride) = c.Transposed ? (1, c.M + 2) : (c.K + 1, 1);
            var a = LayerCases.Uniform(c.M * c.K + (3 * (c.M + c.K)), c.Seed);
            var b = LayerCases.Uniform(c.K * (c.N + 3), c.Seed + 1);
            double Sum(int i, int j) => Enumerable.Range(0, c.K).Sum(p =>
                (double)a[(i * rowStride) + (p * columnStride)] * b[(p * (c.N + 3)) + j]);
            return Same(c, Sum, result => Matrix.Multiply(c.M, c.N, c.K, a, rowStride, columnStride, b, c.N + 3, result, c.N + 1,
                c.Accumulate))
                && Same(c, Sum, result =>
                {
                    fixed (float* pa = a, pb = b, pc = result)
                        BroadcastKernel<Simd256>.Run(c.M, c.N, c.K, pa, rowStride, columnStride, pb, c.N + 3, pc, c.N + 1, c.Accumulate);
                });
        },
        iter: 200);

    [Fact]
    public void MultiplyTransposed() => Cases.Sample(
        c =>
        {
            var a = LayerCases.Uniform(c.M * (c.K + 1), c.Seed);
            var b = LayerCases.Uniform(c.N * (c.K + 2), c.Seed + 1);
            double Sum(int i, int j) => Enumerable.Range(0, c.K).Sum(p => (double)a[(i * (c.K + 1)) + p] * b[(j * (c.K + 2)) + p]);
            return Same(c, Sum, result => Matrix.MultiplyTransposed(c.M, c.N, c.K, a, c.K + 1, b, c.K + 2, result, c.N + 1, c.Accumulate))
                && Same(c, Sum, result =>
                {
                    fixed (float* pa = a, pb = b, pc = result)
                        DotKernel<Simd256>.Run(c.M, c.N, c.K, pa, c.K + 1, pb, c.K + 2, pc, c.N + 1, c.Accumulate);
                });
        },
        iter: 200);

    [Fact]
    public void Too_short_a_matrix_is_refused() =>
        Assert.Throws<InvalidOperationException>(() =>
            Matrix.Multiply(2, 2, 2, new float[4], 2, 1, new float[3], 2, new float[4], 2, false));

    [Fact]
    public void Offsets_beyond_an_int_are_not_mistaken_for_small_ones()
    {
        // Rows 2^20 apart, 4097 of them: 2^32 wraps to 0.
        const int Far = 1 << 20;
        Assert.Throws<InvalidOperationException>(() =>
            Matrix.Multiply(1, 1, 4097, new float[4097], 4097, 1, new float[1], Far, new float[1], 1, false));
        Assert.Throws<InvalidOperationException>(() =>
            Matrix.MultiplyTransposed(1, 4097, 1, new float[1], 1, new float[1], Far, new float[4097], 4097, false));
        Assert.Throws<InvalidOperationException>(() =>
            Matrix.MultiplyTransposed(4097, 1, 1, new float[1], Far, new float[1], 1, new float[4097], 1, false));
    }

    [Fact]
    public void A_matrix_of_windows_beyond_an_int_is_refused()
    {
        // 4096 rows of 2^20 + 1024 columns: as an int the product would be 4096 * 1024.
        var windows = new Im2Col(1, 1087, 1088, new Window(64, 64));
        Assert.Equal(4096L * 1024 * 1025, windows.Length);
        var image = new float[1087 * 1088];
        var columns = new float[4096 * 1024];
        Assert.Throws<InvalidOperationException>(() => windows.Gather(image, columns));
        Assert.Throws<InvalidOperationException>(() => windows.Scatter(columns, image));
    }

    // 220 products of numbers below 1, summed in float32 in any order: at most 220 · 220 · 6e-8 = 3e-3, in practice 1e-5; a missing
    // product is of size 0.3. What lies between the rows of C must not be touched.
    private static bool Same((int M, int N, int K, bool Transposed, bool Accumulate, int Seed) c, Func<int, int, double> sum,
        Action<float[]> multiply)
    {
        const float Untouched = 0.5f;
        var result = new float[c.M * (c.N + 1)];
        Array.Fill(result, Untouched);
        multiply(result);
        for (var i = 0; i < c.M; i++)
        {
            for (var j = 0; j < c.N; j++)
            {
                if (Math.Abs(sum(i, j) + (c.Accumulate ? Untouched : 0) - result[(i * (c.N + 1)) + j]) > 1e-4)
                    return false;
            }

            if (result[(i * (c.N + 1)) + c.N] != Untouched)
                return false;
        }

        return true;
    }
}
