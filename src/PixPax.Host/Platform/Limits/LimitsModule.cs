namespace PixPax.Host.Platform.Limits;

internal static class LimitsModule
{
    public static void AddLimits(this WebApplicationBuilder builder, LimitOptions options)
    {
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<RateLimits>();
        builder.Services.AddSingleton<LoadShedding>();
        builder.Services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = RequestTime.Policy(options.RequestTimeout));
    }

    /// <summary>What holds for everybody, whoever they are. Behind routing: health is exempt by what its endpoints say of themselves.</summary>
    public static void UseLimits(this WebApplication app)
    {
        var (rates, load) = (app.Services.GetRequiredService<RateLimits>(), app.Services.GetRequiredService<LoadShedding>());
        app.Use(next => context => rates.LimitAddressAsync(context, next));
        app.Use(next => context => load.ShedAsync(context, next));
        app.UseRequestTimeouts();
    }

    /// <summary>What holds for a caller who has been recognised.</summary>
    public static void UseCallerLimits(this WebApplication app)
    {
        var rates = app.Services.GetRequiredService<RateLimits>();
        app.Use(next => context => rates.LimitCallerAsync(context, next));
    }
}
