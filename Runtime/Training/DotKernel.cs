using System.Runtime.CompilerServices;

namespace CompileTime.Training;

/// <summary>
/// C (+)= A Bᵀ by dot products: 4 rows of A against 2 rows of B, eight accumulators, summed across their lanes at the end.
/// </summary>
internal static unsafe class DotKernel<V>
    where V : struct, ISimd<V>
{
    private const int TileRows = 4;
    private const int TileColumns = 2;

    public static void Run(int m, int n, int k, float* a, int lda, float* b, int ldb, float* c, int ldc, bool accumulate)
    {
        var sums = stackalloc float[TileRows * TileColumns];
        for (var j = 0; j < n; j += TileColumns)
        {
            var columns = Math.Min(TileColumns, n - j);
            for (var i = 0; i < m; i += TileRows)
            {
                var rows = Math.Min(TileRows, m - i);
                Tile(rows, columns, k, a + ((nint)i * lda), lda, b + ((nint)j * ldb), ldb, sums);
                for (var y = 0; y < rows; y++)
                {
                    var row = c + ((nint)(i + y) * ldc) + j;
                    for (var x = 0; x < columns; x++)
                        row[x] = accumulate ? row[x] + sums[(y * TileColumns) + x] : sums[(y * TileColumns) + x];
                }
            }
        }
    }

    // Rows beyond the last repeat it; their sums are not used.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(int rows, int columns, int k, float* a, int lda, float* b, int ldb, float* sums)
    {
        var a0 = a;
        var a1 = a + (Math.Min(1, rows - 1) * (nint)lda);
        var a2 = a + (Math.Min(2, rows - 1) * (nint)lda);
        var a3 = a + (Math.Min(3, rows - 1) * (nint)lda);
        var b0 = b;
        var b1 = b + (Math.Min(1, columns - 1) * (nint)ldb);
        V c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        var p = 0;
        for (; p <= k - V.Count; p += V.Count)
        {
            var y0 = V.Load(b0 + p);
            var y1 = V.Load(b1 + p);
            var x = V.Load(a0 + p);
            c00 = V.MultiplyAdd(x, y0, c00);
            c01 = V.MultiplyAdd(x, y1, c01);
            x = V.Load(a1 + p);
            c10 = V.MultiplyAdd(x, y0, c10);
            c11 = V.MultiplyAdd(x, y1, c11);
            x = V.Load(a2 + p);
            c20 = V.MultiplyAdd(x, y0, c20);
            c21 = V.MultiplyAdd(x, y1, c21);
            x = V.Load(a3 + p);
            c30 = V.MultiplyAdd(x, y0, c30);
            c31 = V.MultiplyAdd(x, y1, c31);
        }

        if (p < k && k >= V.Count)
        {
            // The last vector overlaps the one before; what was counted there is taken out of A.
            var left = k - p;
            p = k - V.Count;
            var y0 = V.Load(b0 + p);
            var y1 = V.Load(b1 + p);
            var x = V.KeepLast(V.Load(a0 + p), left);
            c00 = V.MultiplyAdd(x, y0, c00);
            c01 = V.MultiplyAdd(x, y1, c01);
            x = V.KeepLast(V.Load(a1 + p), left);
            c10 = V.MultiplyAdd(x, y0, c10);
            c11 = V.MultiplyAdd(x, y1, c11);
            x = V.KeepLast(V.Load(a2 + p), left);
            c20 = V.MultiplyAdd(x, y0, c20);
            c21 = V.MultiplyAdd(x, y1, c21);
            x = V.KeepLast(V.Load(a3 + p), left);
            c30 = V.MultiplyAdd(x, y0, c30);
            c31 = V.MultiplyAdd(x, y1, c31);
            p = k;
        }

        float s00 = V.Sum(c00), s01 = V.Sum(c01), s10 = V.Sum(c10), s11 = V.Sum(c11);
        float s20 = V.Sum(c20), s21 = V.Sum(c21), s30 = V.Sum(c30), s31 = V.Sum(c31);

        // Rows shorter than a vector.
        for (; p < k; p++)
        {
            var y0 = b0[p];
            var y1 = b1[p];
            s00 += a0[p] * y0;
            s01 += a0[p] * y1;
            s10 += a1[p] * y0;
            s11 += a1[p] * y1;
            s20 += a2[p] * y0;
            s21 += a2[p] * y1;
            s30 += a3[p] * y0;
            s31 += a3[p] * y1;
        }

        sums[0] = s00;
        sums[1] = s01;
        sums[2] = s10;
        sums[3] = s11;
        sums[4] = s20;
        sums[5] = s21;
        sums[6] = s30;
        sums[7] = s31;
    }
}
