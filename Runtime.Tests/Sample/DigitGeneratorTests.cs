using Sample.Digits;

namespace CompileTime.Tests.SampleApp;

/// <summary>The Sample's committed weights come from these digits: whoever trains again must get the same ones.</summary>
public class DigitGeneratorTests
{
    [Fact]
    public void SameSeed_DrawsTheSameDigits()
    {
        var (images, labels) = DigitGenerator.Draw(300, seed: 7);
        var (again, labelsAgain) = DigitGenerator.Draw(300, seed: 7);

        Assert.Equal(labels, labelsAgain);
        Assert.Equal(images, again);
    }

    [Fact]
    public void Digit_DependsOnItsIndex_NotOnHowManyAreDrawn()
    {
        var (many, _) = DigitGenerator.Draw(50, seed: 7);
        var (few, _) = DigitGenerator.Draw(5, seed: 7);
        var alone = new byte[DigitGenerator.Length];
        DigitGenerator.DrawOne(7, 3, alone);

        Assert.Equal(few, many[..few.Length]);
        Assert.Equal(alone, many[(3 * DigitGenerator.Length)..(4 * DigitGenerator.Length)]);
    }

    [Fact]
    public void AnotherSeed_DrawsOtherDigits()
    {
        var (images, _) = DigitGenerator.Draw(20, seed: 7);
        var (others, _) = DigitGenerator.Draw(20, seed: 8);

        for (var i = 0; i < 20; i++)
            Assert.NotEqual(images[(i * DigitGenerator.Length)..((i + 1) * DigitGenerator.Length)],
                others[(i * DigitGenerator.Length)..((i + 1) * DigitGenerator.Length)]);
    }

    [Fact]
    public void AllTenLabels_AreAboutEquallyFrequent()
    {
        var (_, labels) = DigitGenerator.Draw(5000, seed: 1);

        // 500 of each are expected with a standard deviation of 21; 100 is more than four of them.
        Assert.All(Enumerable.Range(0, 10), label => Assert.InRange(labels.Count(l => l == label), 400, 600));
    }

    [Fact]
    public void EveryDigit_HasInkOnPaper()
    {
        var (images, _) = DigitGenerator.Draw(500, seed: 2);

        for (var i = 0; i < 500; i++)
        {
            var image = images.AsSpan(i * DigitGenerator.Length, DigitGenerator.Length);
            var brightest = 0;
            var dark = 0;
            foreach (var pixel in image)
            {
                brightest = Math.Max(brightest, pixel);
                dark += pixel < 100 ? 1 : 0;
            }

            Assert.True(brightest >= 90, $"digit {i} is hardly visible: {brightest}");
            Assert.True(dark > DigitGenerator.Length / 3, $"digit {i} covers the page: {dark} dark pixels");
        }
    }
}
