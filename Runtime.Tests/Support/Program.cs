using CompileTime.Tests.Model;

namespace CompileTime.Tests;

/// <summary>
/// What tests start as a process of its own, to let it run into limits or to kill it: <c>save PATH SEED…</c> saves the models of the seeds,
/// <c>save-forever PATH SEED…</c> again and again. Exit code 3 is an IOException.
/// </summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        if (args is not [("save" or "save-forever") and var command, var path, .. var seeds])
            return 1;
        CompressedModel[] models = [.. seeds.Select(seed => Model(int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture)))];
        Console.WriteLine("ready");
        try
        {
            do
            {
                foreach (var model in models)
                    model.Save(path);
            }
            while (command == "save-forever");
            return 0;
        }
        catch (IOException problem)
        {
            Console.WriteLine(problem.Message);
            return 3;
        }
    }

    public static CompressedModel Model(int seed)
    {
        var (definition, model) = RandomModels.Create(seed);
        return new CompressedModel(definition, model, origin: null);
    }
}
