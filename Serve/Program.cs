using Sample.Networks;
using Serve;

// `dotnet run -c Release` serves; `check` and `load` serve and call themselves over loopback; `scale` predicts with more and more threads.
var net = new DigitLeNet(); // one instance for all requests
switch (args)
{
    case ["check"]:
        await Check.Run(net);
        break;
    case ["load", .. var rest]:
        await LoadTest.Run(net, Seconds(rest));
        break;
    case ["scale"]:
        Scaling.Run(net);
        break;
    default:
        await Service.Create(net, args).RunAsync();
        break;
}

static int Seconds(string[] arguments) => arguments is [var text] && int.TryParse(text, out var seconds) ? seconds : 10;
