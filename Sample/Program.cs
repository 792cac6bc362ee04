Console.WriteLine("CompileTime");
