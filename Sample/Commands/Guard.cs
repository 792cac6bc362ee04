using Spectre.Console;

namespace Sample.Commands;

/// <summary>What every command does about bad input and Ctrl-C.</summary>
internal static class Guard
{
    private const int Success = 0;
    private const int BadInput = 1;
    private const int Cancelled = 130; // 128 + SIGINT, as shells have it

    /// <summary>Runs a command. What the user can put right is one red line; anything else is a bug and keeps its stack trace.</summary>
    public static Task<int> RunAsync(Action<IAnsiConsole> command) => Task.Run(() =>
    {
        try
        {
            command(AnsiConsole.Console);
            return Success;
        }
        catch (OperationCanceledException)
        {
            WriteLine("yellow", "Cancelled.");
            return Cancelled;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return Refuse(exception.Message);
        }
    });

    /// <summary>Says what is wrong.</summary>
    /// <returns>The exit code.</returns>
    public static int Refuse(string message)
    {
        WriteLine("red", message.ReplaceLineEndings(" "));
        return BadInput;
    }

    private static void WriteLine(string color, string message)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console.Profile.Width = 10_000; // one line, however long; a terminal wraps it by itself
        console.MarkupLineInterpolated($"[{color}]{message}[/]");
    }
}
