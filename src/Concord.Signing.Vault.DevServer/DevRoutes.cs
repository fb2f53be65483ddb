using System.Globalization;
using System.Text.Json.Nodes;

namespace Concord.Signing.Vault.DevServer;

/// <summary>What stands below <c>/v1/</c>. POST and PUT are the same, and the content type is not looked at.</summary>
internal sealed class DevRoutes(DevServerOptions options, DevKeys keys, DevSigning signing, DevVerifying verifying, DevTokens tokens, DevTrouble trouble)
{
    public async Task HandleAsync(HttpContext context, string? path)
    {
        path ??= "";
        var fault = trouble.Begin(context.Request.Method, path);
        try
        {
            if (fault is { DelayMs: > 0 })
                await Task.Delay(fault.DelayMs, context.RequestAborted);
            if (fault is { Status: > 0 })
                await FailAsync(context, path, fault);
            else if (fault is { Drop: true })
                await DropAsync(context, path);
            else
                await AnswerAsync(context, path);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for it any more.
        }
        finally
        {
            trouble.End();
        }
    }

    private async Task DropAsync(HttpContext context, string path)
    {
        context.Response.Body = Stream.Null;
        await AnswerAsync(context, path);
        context.Abort();
    }

    private static Task FailAsync(HttpContext context, string path, Fault fault)
    {
        if (fault.RetryAfter is not null)
            context.Response.Headers.RetryAfter = fault.RetryAfter;
        return Answers.ErrorsAsync(context, fault.Status, fault.Status switch
        {
            429 => $"request path \"{path}\": rate limit quota exceeded",
            503 => "Vault is sealed",
            _ => "1 error occurred:\n\t* internal error\n\n",
        });
    }

    private async Task AnswerAsync(HttpContext context, string path)
    {
        try
        {
            await RouteAsync(context, path);
        }
        catch (Refusal refusal)
        {
            await Answers.ErrorsAsync(context, refusal.Status, refusal.Errors);
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == 413)
        {
            await Answers.ErrorsAsync(context, 413, "http: request body too large");
        }
    }

    private async Task RouteAsync(HttpContext context, string path)
    {
        var method = MethodOf(context.Request);
        if (path == "sys/health")
        {
            await HealthAsync(context);
            return;
        }
        if (path == "sys/seal-status")
        {
            await Answers.WriteAsync(context, 200, new JsonObject { ["type"] = "shamir", ["initialized"] = true, ["sealed"] = trouble.Sealed, ["version"] = "development server, no Vault" });
            return;
        }
        if (trouble.Sealed)
            throw Refusal.Response("Vault is sealed", 503);

        var fields = await Fields.ReadAsync(context, options.MaxStringLength);
        if (path == "auth/kubernetes/login" && method == "POST")
        {
            await Answers.AuthAsync(context, tokens.Login(fields));
            return;
        }
        var token = tokens.Require(context.Request);
        if (trouble.IsDenied(path) || !tokens.PolicyOf(token).Allows(method, path, fields.Body))
            throw Refusal.Denied();
        var segments = path.Split('/');
        if (segments is ["auth", "token", var what])
            await TokenAsync(context, method, what, token);
        else if (segments is ["transit", .. var rest])
            await TransitAsync(context, method, rest, path, fields);
        else
            throw NoRoute(path);
    }

    private Task TransitAsync(HttpContext context, string method, string[] path, string whole, Fields fields)
    {
        switch (method, path)
        {
            case ("LIST", ["keys"] or ["keys", ""]):
                return Answers.DataAsync(context, keys.List());
            case ("GET", ["keys", var name]):
                return Answers.DataAsync(context, keys.Read(name));
            case ("POST", ["keys", var name]):
                var created = keys.Create(name, fields);
                return Answers.DataAsync(context, created.Key, created.Warnings);
            case ("DELETE", ["keys", var name]):
                keys.Delete(name);
                context.Response.StatusCode = 204;
                return Task.CompletedTask;
            case ("POST", ["keys", var name, "rotate"]):
                return Answers.DataAsync(context, keys.Rotate(name));
            case ("POST", ["keys", var name, "config"]):
                var configured = keys.Configure(name, fields);
                return Answers.DataAsync(context, configured.Key, configured.Warnings);
            case ("POST", ["keys", var name, "trim"]):
                return Answers.DataAsync(context, keys.Trim(name, fields));
            case ("GET", ["export", var type, var name]):
                return Answers.DataAsync(context, keys.ExportPublicKey(type, name, null));
            case ("GET", ["export", var type, var name, var version]):
                return Answers.DataAsync(context, keys.ExportPublicKey(type, name, version));
            case ("POST", ["sign", var name]):
                return Answers.DataAsync(context, signing.Sign(name, null, fields));
            case ("POST", ["sign", var name, var hash]):
                return Answers.DataAsync(context, signing.Sign(name, hash, fields));
            case ("POST", ["verify", var name]):
                return Answers.DataAsync(context, verifying.Verify(name, null, fields));
            case ("POST", ["verify", var name, var hash]):
                return Answers.DataAsync(context, verifying.Verify(name, hash, fields));
            case (_, ["keys" or "sign" or "verify" or "export", ..]):
                throw Refusal.GoError("unsupported operation", 405);
            default:
                throw NoRoute(whole);
        }
    }

    private Task TokenAsync(HttpContext context, string method, string what, string token)
    {
        switch (method, what)
        {
            case ("GET" or "POST", "lookup-self"):
                return Answers.DataAsync(context, tokens.Lookup(token));
            case ("POST", "renew-self"):
                return Answers.AuthAsync(context, tokens.Renew(token));
            case ("POST", "revoke-self"):
                tokens.Revoke(token);
                context.Response.StatusCode = 204;
                return Task.CompletedTask;
            default:
                throw Refusal.GoError("unsupported operation", 405);
        }
    }

    // The statuses, and the parameters that ask for others (sys/health).
    private Task HealthAsync(HttpContext context)
    {
        var condition = trouble.Condition;
        var (status, parameter) = condition switch
        {
            DevCondition.NotInitialized => (501, "uninitcode"),
            _ when trouble.Sealed => (503, "sealedcode"),
            DevCondition.DisasterRecoverySecondary => (472, "drsecondarycode"),
            DevCondition.PerformanceStandby => (Asks("perfstandbyok") ? 200 : 473, "performancestandbycode"),
            DevCondition.Standby => (Asks("standbyok") ? 200 : 429, "standbycode"),
            _ => (200, "activecode"),
        };
        if (int.TryParse(context.Request.Query[parameter], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && asked is >= 100 and <= 599)
            status = asked;
        return Answers.WriteAsync(context, status, new JsonObject
        {
            ["initialized"] = condition != DevCondition.NotInitialized,
            ["sealed"] = trouble.Sealed || condition == DevCondition.NotInitialized,
            ["standby"] = condition is DevCondition.Standby or DevCondition.PerformanceStandby,
            ["performance_standby"] = condition == DevCondition.PerformanceStandby,
            ["replication_dr_mode"] = condition == DevCondition.DisasterRecoverySecondary ? "secondary" : "disabled",
            ["version"] = "development server, no Vault",
            ["cluster_name"] = "development",
        });

        bool Asks(string name) => context.Request.Query.TryGetValue(name, out var value) && value != "false";
    }

    private static string MethodOf(HttpRequest request) => request.Method switch
    {
        "PUT" => "POST",
        "GET" when request.Query["list"] == "true" => "LIST",
        var method => method,
    };

    private static Refusal NoRoute(string path) => Refusal.Response($"no handler for route \"{path}\". route entry not found.", 404);
}
