using System.Diagnostics;
using System.Globalization;
using Sample.Networks;

namespace Serve;

/// <summary>The service under load over loopback. Clients run in the same process, and take their share of the same processors.</summary>
internal static class LoadTest
{
    private const int WarmUpSeconds = 2;

    public static async Task Run(DigitLeNet net, int seconds)
    {
        await using var app = await Service.Start(net);
        using var client = Service.Client(app);
        Console.WriteLine("| clients | requests per second | median, ms | p99, ms | bytes allocated by the model |");
        Console.WriteLine("|--:|--:|--:|--:|--:|");
        foreach (var clients in (int[])[1, 8, 64])
        {
            await Calls(client, clients, TimeSpan.FromSeconds(WarmUpSeconds));
            var before = Service.Allocated;
            var clock = Stopwatch.StartNew();
            var times = await Calls(client, clients, TimeSpan.FromSeconds(seconds));
            var rate = times.Length / clock.Elapsed.TotalSeconds;
            Array.Sort(times);
            Console.WriteLine(string.Format(CultureInfo.InvariantCulture, "| {0} | {1:N0} | {2:F2} | {3:F2} | {4} |",
                clients, rate, times[times.Length / 2], times[(int)(times.Length * 0.99)], Service.Allocated - before));
        }

        await app.StopAsync();
    }

    // Each client sends its next picture when it has the answer to the last one; all times in milliseconds.
    private static async Task<double[]> Calls(HttpClient client, int clients, TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        var all = await Task.WhenAll(Enumerable.Range(0, clients).Select(async seed =>
        {
            var picture = new byte[DigitLeNet.InputLength];
            new Random(seed).NextBytes(picture);
            var times = new List<double>();
            while (clock.Elapsed < duration)
            {
                var start = Stopwatch.GetTimestamp();
                using var content = new ByteArrayContent(picture);
                using var response = await client.PostAsync("/predict", content);
                response.EnsureSuccessStatusCode();
                await response.Content.ReadAsByteArrayAsync();
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            return times;
        }));
        return [.. all.SelectMany(times => times)];
    }
}
