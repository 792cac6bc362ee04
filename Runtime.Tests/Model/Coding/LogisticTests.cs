using CompileTime.Models.Coding;

namespace CompileTime.Tests.Model.Coding;

public sealed class LogisticTests
{
    [Fact]
    public void The_table_is_the_logistic_function()
    {
        for (var x = -Logistic.MaxLogit; x <= Logistic.MaxLogit; x++)
        {
            var exact = Math.Clamp(65536 / (1 + Math.Exp(-x / 256.0)), Logistic.MinProbability, 65536 - Logistic.MinProbability);
            Assert.InRange(Logistic.Squash(x), exact - 1.01, exact + 1.01); // cut off, not rounded
            Assert.Equal(65536, Logistic.Squash(x) + Logistic.Squash(-x));
        }

        Assert.Equal(Logistic.MinProbability, Logistic.Squash(long.MinValue));
        Assert.Equal(65536 - Logistic.MinProbability, Logistic.Squash(long.MaxValue));
    }

    [Fact]
    public void Stretch_undoes_it()
    {
        for (var x = -1400; x <= 1400; x++)
        {
            // A step of the table, 16 of 65536, is more logits the nearer the probability is to 0 or 1.
            var probability = Logistic.Squash(x) << (AdaptiveBit.Bits - 16);
            var p = Logistic.Squash(x) / 65536.0;
            Assert.InRange(Logistic.Stretch(probability), x - 2 - (256 * 16 / 65536.0 / (p * (1 - p))),
                x + 2 + (256 * 16 / 65536.0 / (p * (1 - p))));
        }
    }
}
