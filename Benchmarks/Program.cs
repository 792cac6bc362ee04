using System.CommandLine;
using BenchmarkDotNet.Running;
using CompileTime.Benchmarks;
using CompileTime.Benchmarks.Agreement;
using CompileTime.Benchmarks.Calibrate;
using CompileTime.Benchmarks.Compare;
using CompileTime.Benchmarks.Compile;
using CompileTime.Benchmarks.Editor;
using CompileTime.Benchmarks.Profile;
using CompileTime.Benchmarks.Pruning;
using CompileTime.Benchmarks.Roofline;

var root = new RootCommand("Speed of generated code. Without a command: BenchmarkDotNet, with its own options.");
root.Subcommands.Add(AgreementCommand.Create());
root.Subcommands.Add(CalibrateCommand.Create());
root.Subcommands.Add(CompareCommand.Create());
root.Subcommands.Add(CompileCommand.Create());
root.Subcommands.Add(ProfileCommand.Create());
root.Subcommands.Add(EditorCommand.Create());
root.Subcommands.Add(PruningCommand.Create());
root.Subcommands.Add(RooflineCommand.Create());
if (args is ["--help" or "-h" or "-?"] || root.Subcommands.Any(command => command.Name == args.FirstOrDefault()))
    return await root.Parse(args).InvokeAsync();
BenchmarkSwitcher.FromTypes([typeof(NetworkBenchmarks)]).Run(args);
return 0;
