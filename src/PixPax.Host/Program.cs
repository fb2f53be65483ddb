using PixPax.Host.Modules.Accounts;
using PixPax.Host.Modules.Album;
using PixPax.Host.Modules.Collections;
using PixPax.Host.Modules.Credentials;
using PixPax.Host.Modules.Identities;
using PixPax.Host.Modules.Operations;
using PixPax.Host.Modules.Pixbooks;
using PixPax.Host.Modules.Receipts;
using PixPax.Host.Modules.Subscriptions;
using PixPax.Host.Platform;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Health;
using PixPax.Host.Platform.Keys;
using PixPax.Host.Platform.Management;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Projection.Postgres;
using PixPax.Host.Platform.Receipts;

try
{
    var asked = CommandLine.Read(args);
    if (asked.Verb == HostVerb.Help)
    {
        Console.WriteLine(asked.Help);
        return 0;
    }

    if (asked.Verb == HostVerb.NewCredential)
    {
        CredentialSecret.WriteNew(Console.Out);
        return 0;
    }

    var builder = WebApplication.CreateBuilder(asked.Settings);
    var options = builder.AddPlatform();
    builder.AddReceipts(options);
    builder.AddAccounts();
    builder.AddIdentities();
    builder.AddCollections();
    builder.AddPixbooks();
    builder.AddReceiptQueries();
    builder.AddSubscriptionModule();
    builder.AddCredentials();
    builder.AddOperations();

    var app = builder.Build();
    app.UsePlatform();
    app.MapHealth();

    var api = new ApiRoutes(app);
    api.MapAccounts();
    api.MapIdentities();
    api.MapCollections();
    api.MapPixbooks();
    api.MapReceipts();
    api.MapSubscriptions();
    api.MapCredentials();
    api.MapOperations(options);
    api.MapOpenApi(app);
    app.MapReferencePage();
    api.MapAlbum(options);

    switch (asked.Verb)
    {
        case HostVerb.OpenApi:
            Console.Write(OpenApiText.Write(OpenApiEndpoints.Describe(app).Document, asked.OpenApi!.Version));
            return 0;
        case HostVerb.Init:
            await app.InitializeReceiptsAsync();
            return 0;
        case HostVerb.Doctor:
            return await app.ExamineAsync(Console.Out, CancellationToken.None);
        case HostVerb.RotatePlatformKey or HostVerb.ReportCompromise:
            await app.RunKeyCommandAsync(asked, Console.Out);
            return 0;
        case HostVerb.Migrate or HostVerb.Projector or HostVerb.Rebuild or HostVerb.Drift:
            return await app.RunProjectionCommandAsync(asked, Console.Out);
    }

    await using var management = await app.StartManagementAsync();
    await app.PrepareReceiptsAsync();
    await app.ServeAsync();
    return 0;
}
catch (StartupRefusedException refusal)
{
    // The operator's to mend, not ours to debug: one screen, no stack.
    await Console.Error.WriteLineAsync(refusal.Message);
    return StartupRefusedException.ExitCode;
}
