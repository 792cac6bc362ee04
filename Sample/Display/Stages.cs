using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Sample.Display;

/// <summary>
/// Shows the stages of a run as they go by: one line each when done, and while it runs a bar or spinner where there is a terminal.
/// Where there is none (a pipe, a build server), only whole lines are written.
/// </summary>
/// <param name="console">Where to.</param>
internal sealed class Stages(IAnsiConsole console)
{
    /// <summary>Whether lines may be redrawn.</summary>
    public bool IsLive { get; } = console.Profile.Out.IsTerminal && console.Profile.Capabilities is { Ansi: true, Interactive: true };

    /// <summary>Runs a stage of unknown length.</summary>
    /// <param name="title">What it does.</param>
    /// <param name="work">The stage.</param>
    /// <param name="outcome">What to say of its result.</param>
    public T Run<T>(string title, Func<T> work, Func<T, string> outcome)
    {
        var watch = Stopwatch.StartNew();
        var result = IsLive ? console.Status().Start(Markup.Escape(title), _ => work()) : work();
        Done(title, outcome(result), watch.Elapsed);
        return result;
    }

    /// <summary>Runs a stage that returns nothing.</summary>
    public void Run(string title, Action work, Func<string> outcome) => Run(
        title,
        () =>
        {
            work();
            return true;
        },
        _ => outcome());

    /// <summary>Runs a training stage.</summary>
    /// <param name="title">What it does.</param>
    /// <param name="fit">Trains, and reports to the progress it is given.</param>
    /// <returns>How long it took.</returns>
    public TimeSpan Fit(string title, Action<IProgress<FitProgress>> fit)
    {
        var watch = Stopwatch.StartNew();
        FitProgress? last = null;
        if (IsLive)
            FitWithBar(title, show => fit(new Reporter(show + (progress => last = progress))));
        else
            fit(new Reporter(progress => WriteEpoch(title, last = progress)));
        var elapsed = watch.Elapsed;
        Done(title, last is null ? "" : Describe(last), elapsed);
        return elapsed;
    }

    private void FitWithBar(string title, Action<Action<FitProgress>> fit) => console.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new PercentageColumn())
        .Start(context =>
        {
            var bar = context.AddTask(Markup.Escape(title));
            fit(progress =>
            {
                bar.MaxValue = (double)progress.Epochs * progress.Batches;
                bar.Value = (double)(progress.Epoch - 1) * progress.Batches + progress.Batch;
                bar.Description = Markup.Escape($"{title}: {Describe(progress)}");
            });
        });

    private void WriteEpoch(string title, FitProgress progress)
    {
        if (progress.Batch == progress.Batches && progress.Epoch < progress.Epochs)
            console.WriteLine($"  {title}: {Describe(progress)}");
    }

    private void Done(string title, string outcome, TimeSpan elapsed)
    {
        var seconds = elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        console.MarkupLine($"[green]✓[/] {Markup.Escape(title),-12} {Markup.Escape(outcome),-52} [grey]{seconds,6} s[/]");
    }

    private static string Describe(FitProgress progress) => string.Create(
        CultureInfo.InvariantCulture, $"epoch {progress.Epoch}/{progress.Epochs}, loss {progress.Loss:0.000}");

    /// <summary>Unlike Progress, reports on the thread that trains, in order.</summary>
    private sealed class Reporter(Action<FitProgress> report) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => report(value);
    }
}
