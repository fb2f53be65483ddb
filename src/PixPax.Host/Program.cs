using PixPax.Host.Platform;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Health;

try
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddPlatform();

    var app = builder.Build();
    app.UsePlatform();
    app.MapHealth();

    await app.RunAsync();
    return 0;
}
catch (StartupRefusedException refusal)
{
    // The operator's to mend, not ours to debug: one screen, no stack.
    await Console.Error.WriteLineAsync(refusal.Message);
    return StartupRefusedException.ExitCode;
}
