using CompileTime.Models.Coding;
using CsCheck;

namespace CompileTime.Tests.Model.Coding;

public sealed class RangeCoderTests
{
    private const int Likeliest = 65536 - Logistic.MinProbability;

    private static readonly Gen<(int Bit, int Probability)> s_decision = Gen.Select(Gen.Int[0, 1],
        Gen.OneOf(Gen.Int[Logistic.MinProbability, Likeliest], Gen.Const(Logistic.MinProbability), Gen.Const(Likeliest)));

    [Fact]
    public void Bits_and_numbers_come_back_in_any_order() =>
        Gen.Select(s_decision, Gen.Int[0, 16], Gen.Int[0, 65535]).Array[0, 300].Sample(symbols =>
        {
            var encoder = new RangeEncoder();
            foreach (var ((bit, probability), count, value) in symbols)
            {
                encoder.Code(bit, probability);
                encoder.CodeRaw(value & ((1 << count) - 1), count);
            }

            var decoder = new RangeDecoder(encoder.Finish());
            foreach (var ((bit, probability), count, value) in symbols)
            {
                Assert.Equal(bit, decoder.Code(0, probability));
                Assert.Equal(value & ((1 << count) - 1), decoder.CodeRaw(0, count));
            }

            decoder.Finish();
        }, iter: 2000);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Carries_run_through_any_number_of_bytes(int last)
    {
        // The largest numbers keep the low end just below a carry; one more unlikely bit decides.
        var encoder = new RangeEncoder();
        for (var i = 0; i < 200; i++)
            encoder.CodeRaw(0xffff, 16);
        encoder.Code(last, 32768);
        encoder.CodeRaw(0xffff, 16);
        var decoder = new RangeDecoder(encoder.Finish());
        for (var i = 0; i < 200; i++)
            Assert.Equal(0xffff, decoder.CodeRaw(0, 16));
        Assert.Equal(last, decoder.Code(0, 32768));
        Assert.Equal(0xffff, decoder.CodeRaw(0, 16));
        decoder.Finish();
    }

    [Fact]
    public void A_decision_costs_what_its_probability_says()
    {
        const int count = 100_000;
        var encoder = new RangeEncoder();
        for (var i = 0; i < count; i++)
            encoder.Code(1, Likeliest);

        // The range is cut off to integers: a few parts in a thousand.
        var expected = -count * Math.Log2(Likeliest / 65536.0) / 8;
        Assert.InRange(encoder.Length, expected - 1, (1.01 * expected) + 2);
    }

    [Fact]
    public void Too_few_bytes_are_refused() =>
        Assert.Contains("cut short", Assert.Throws<InvalidDataException>(() => new RangeDecoder([1, 2, 3])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Numbers_that_no_encoder_writes_are_refused() => Assert.Throws<InvalidDataException>(() =>
    {
        // 2^32 - 1 is not a multiple of 3: what is left of the range stands for nothing.
        var decoder = new RangeDecoder([0xff, 0xff, 0xff, 0xff]);
        decoder.CodeRaw(0, 1);
    });
}
