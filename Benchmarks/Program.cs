using System.CommandLine;
using BenchmarkDotNet.Running;
using CompileTime.Benchmarks;
using CompileTime.Benchmarks.Compare;
using CompileTime.Benchmarks.Profile;

var root = new RootCommand("Speed of generated code. Without a command: BenchmarkDotNet, with its own options.");
root.Subcommands.Add(CompareCommand.Create());
root.Subcommands.Add(ProfileCommand.Create());
if (args is ["compare" or "profile", ..] or ["--help" or "-h" or "-?"])
    return await root.Parse(args).InvokeAsync();
BenchmarkSwitcher.FromTypes([typeof(NetworkBenchmarks)]).Run(args);
return 0;
