using Microsoft.Playwright;

namespace Concord.Browser.Tests;

/// <summary>A headless Chromium, as the system has it.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Paths = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public static bool IsInstalled => Array.Exists(Paths, File.Exists);

    /// <summary>Skips where there is no browser; where the tests are the judge, its absence is a failure.</summary>
    public static void Require()
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.True(IsInstalled, "Chromium is missing. eng/test.sh installs it where it may (Debian package 'chromium').");
        Skip.IfNot(IsInstalled, "Chromium is missing: install it (Debian package 'chromium') to run the tests of the page.");
    }

    public async Task<IBrowserContext> NewContextAsync(ColorScheme scheme = ColorScheme.Light) =>
        await _browser!.NewContextAsync(new BrowserNewContextOptions { ColorScheme = scheme, ViewportSize = new ViewportSize { Width = 1000, Height = 900 }, Locale = "en-GB" });

    public async Task InitializeAsync()
    {
        if (!IsInstalled)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Array.Find(Paths, File.Exists),
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
