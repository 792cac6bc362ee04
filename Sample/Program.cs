using System.CommandLine;
using Sample.Commands;

var root = DemoCommand.Create();
root.Subcommands.Add(ResultsCommand.Create());
root.Subcommands.Add(CompressionCommand.Create());
root.Subcommands.Add(QuantizeModelsCommand.Create());
var line = root.Parse(args);
return line.Errors.Count > 0
    ? Guard.Refuse(line.Errors[0].Message)
    : await line.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
